//! A guest's life on the fake hypervisor: after each step, what the rows say of the instance, and
//! what its host has promised. Then comes one for which the host has no room.

use nova_compute::{ComputeManager, FakeDriver, Hypervisor, Options, Peers, Resources};
use nova_objects::{TaskState::*, sockets::*, *};
use nova_rpc::MemoryTransport;
use std::{error::Error, sync::Arc, time::Duration};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let slow = Duration::from_millis(100);
    let driver = FakeDriver::new(Resources::fake("localhost")).delaying("spawn", slow);
    let (rows, nobody) = (Arc::<MemoryStore>::default(), Arc::<MemoryTransport>::default());
    let driver = Hypervisor::new("FakeDriver", Arc::new(driver));
    let peers = Peers::on(nobody, rows.clone(), Arc::<MemoryImages>::default());
    let host = ComputeManager::new(driver, peers, Options::default());
    host.update_available_resource().await?;
    let (host, user) = (|| host.clone(), || RequestContext::new("ann", "demo").reading_deleted());
    let [tiny, small, ..] = Flavor::defaults().map(|f| Instance::building("demo", "ann", "vm", f));
    let one = tiny.create(&*rows, &user()).await?;
    let show = async |step| {
        let row = Instance::get(&*rows, &user(), &one.uuid).await?;
        let node = ComputeNode::list(&*rows, &user(), Query::all()).await?.remove(0);
        let (vm, task) = (row.vm_state.as_str(), row.task_state.map_or("-", TaskState::as_str));
        let (ram, cpus, power) = (node.memory_mb_used, node.vcpus_used, row.power_state);
        println!("{step:<11}{vm:<10}{task:<12}{ram:>5}{cpus:>5}  {power:?}");
        Ok::<_, StoreError>(row)
    };
    println!("           vm        task           MB CPUs  power");
    show("asked for").await?;
    let build = tokio::spawn(host().build_and_run_instance(user(), sent(one.clone())));
    tokio::time::sleep(slow / 2).await;
    show("claimed").await?;
    build.await??;
    let mut instance = show("spawned").await?;
    for (task, step) in [(PoweringOff, "stopped"), (PoweringOn, "started"), (Deleting, "gone")] {
        instance.task_state = Some(task);
        instance.save(&*rows, &user()).await?;
        match task {
            PoweringOff => host().stop_instance(user(), OneInstance { instance }).await?,
            PoweringOn => host().start_instance(user(), OneInstance { instance }).await?,
            _ => host().terminate_instance(user(), OneInstance { instance }).await?,
        }
        instance = show(step).await?;
    }
    let two = sent(small.create(&*rows, &user()).await?);
    host().build_and_run_instance(user(), two).await?;
    println!("too large  {}", InstanceFault::list(&*rows, &user(), Query::all()).await?[0].message);
    Ok(())
}

/// What the scheduler sends to the host, which may promise 2048 MB; there is no second try.
fn sent(instance: Tracked<Instance>) -> BuildAndRunInstance {
    let Instance { project_id, flavor, .. } = Instance::clone(&instance);
    let (image, num_instances, availability_zone) = (ImageMeta::default(), 1, None);
    let request_spec = RequestSpec { project_id, flavor, image, num_instances, availability_zone };
    let limits = Limits { memory_mb: Some(2048.0), ..Limits::default() };
    let (node, filter_properties) = ("localhost".into(), FilterProperties::default());
    BuildAndRunInstance { instance, request_spec, filter_properties, node, limits }
}
