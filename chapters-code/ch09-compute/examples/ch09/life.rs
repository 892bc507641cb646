//! A guest's life: after each step, what its row says, what the host has promised, and the last
//! line of its console.

use crate::house::{House, ann, fake, guest, hypervisor, states};
use nova_compute::{ComputeDriver, ComputeManager, Hypervisor};
use nova_objects::{
    ComputeNode, Instance, NovaObject, Query,
    TaskState::{self, Deleting, PoweringOff, PoweringOn},
    sockets::OneInstance,
};
use std::{error::Error, sync::Arc, time::Duration};
use tokio::time::sleep;

pub(crate) async fn on_a_fake() -> Result<(), Box<dyn Error>> {
    let slow = fake().delaying("spawn", Duration::from_millis(100));
    of(&House::new().await?, hypervisor(slow)).await
}

/// Has `driver` make a guest, and do to it what its owner wants.
pub(crate) async fn of(house: &House, driver: Hypervisor) -> Result<(), Box<dyn Error>> {
    let host = house.host(driver.clone()).await?;
    let server = house.server().await?;
    println!("{:<11}{:<23}{:>5}{:>6}   {:<11}console", "", "server", "MB", "CPUs", "guest");
    show(house, &driver, &server.uuid, "asked for").await?;

    let args = house.sent(&server, &node(house).await?.hypervisor_hostname, 2048.0, false);
    let build = tokio::spawn(Arc::clone(&host).build_and_run_instance(ann(), args));
    while house.row(&server.uuid).await?.task_state != Some(TaskState::Spawning) {
        sleep(Duration::from_millis(1)).await;
    }
    show(house, &driver, &server.uuid, "claimed").await?;
    build.await??;
    show(house, &driver, &server.uuid, "spawned").await?;

    for (task, step) in [(PoweringOff, "stopped"), (PoweringOn, "started"), (Deleting, "deleted")] {
        act(&host, house, &server.uuid, task).await?;
        show(house, &driver, &server.uuid, step).await?;
    }
    host.cleanup_host().await?;
    Ok(())
}

/// What the API asks the host for.
async fn act(
    host: &Arc<ComputeManager>,
    house: &House,
    uuid: &str,
    task: TaskState,
) -> Result<(), Box<dyn Error>> {
    let (host, instance) = (Arc::clone(host), house.mark(uuid, task).await?);
    match task {
        PoweringOff => host.stop_instance(ann(), OneInstance { instance }).await?,
        PoweringOn => host.start_instance(ann(), OneInstance { instance }).await?,
        _ => host.terminate_instance(ann(), OneInstance { instance }).await?,
    }
    Ok(())
}

async fn show(
    house: &House,
    driver: &Hypervisor,
    uuid: &str,
    step: &str,
) -> Result<(), Box<dyn Error>> {
    let (row, node) = (house.row(uuid).await?, node(house).await?);
    let said = match step {
        "spawned" | "stopped" | "started" => last_line(driver, &row).await?,
        _ => "-".into(),
    };
    let states = states(row.vm_state, row.task_state);
    let (memory, cpus) = (node.memory_mb_used, node.vcpus_used);
    println!("{step:<11}{states:<23}{memory:>5}{cpus:>6}   {:<11}{said}", guest(row.power_state));
    Ok(())
}

/// What the guest has said last; it may need a moment to say anything.
async fn last_line(driver: &Hypervisor, instance: &Instance) -> Result<String, Box<dyn Error>> {
    for _ in 0..1000 {
        let console = driver.get_console_output(&ann(), instance).await?;
        if let Some(line) = console.lines().last().filter(|_| console.ends_with('\n')) {
            return Ok(line.to_owned());
        }
        sleep(Duration::from_millis(20)).await;
    }
    Err("the guest says nothing".into())
}

async fn node(house: &House) -> Result<ComputeNode, Box<dyn Error>> {
    let mut nodes = ComputeNode::list(&*house.rows, &ann(), Query::all()).await?;
    Ok(ComputeNode::clone(&nodes.remove(0)))
}
