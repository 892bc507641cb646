//! Two hosts are busy, and one of them dies.

use crate::house::{context, instance};
use nova_conductor::{Db, Patience, PeriodicTasks};
use nova_objects::{
    DateTime, Instance, InstanceFault, NovaObject, Query, Service, Store, StoreError, TaskState,
    VmState,
};
use std::{error::Error, sync::Arc, time::Duration};
use tokio::time::sleep;

/// What each host does with its servers.
const BUSY: [(VmState, Option<TaskState>); 6] = [
    (VmState::Building, Some(TaskState::Spawning)),
    (VmState::Active, Some(TaskState::Rebuilding)),
    (VmState::Active, Some(TaskState::PoweringOff)),
    (VmState::Stopped, Some(TaskState::PoweringOn)),
    (VmState::Active, Some(TaskState::Deleting)),
    (VmState::Active, None),
];

const PATIENCE: Patience =
    Patience { instance_build_timeout: Duration::from_secs(60), service_down_time: 60.0 };

pub(crate) async fn show(db: &Db) -> Result<(), Box<dyn Error>> {
    for (host, silent) in [("host-1", 61), ("host-2", 50)] {
        let last_seen_up = Some(DateTime::now().plus_seconds(-silent));
        let service = Service { last_seen_up, ..Service::new(host, "nova-compute", "compute") };
        service.create(db, &context()).await?;
        for (number, (vm_state, task_state)) in BUSY.into_iter().enumerate() {
            let row = instance(&format!("{host}-{number}"), Some(host));
            Instance { vm_state, task_state, ..row }.create(db, &context()).await?;
        }
    }
    let before = states(db, "host-1").await?;
    let store: Arc<dyn Store> = Arc::new(db.clone());
    let tasks = PeriodicTasks::start(&store, PATIENCE);
    while is_busy(db, "host-1").await? {
        sleep(Duration::from_millis(5)).await;
    }
    tasks.stop().await;

    println!("was                     host-1, silent for 61 s  host-2, silent for 50 s");
    let after = states(db, "host-1").await?.into_iter().zip(states(db, "host-2").await?);
    for (before, (dead, alive)) in before.into_iter().zip(after) {
        println!("{before:23} {dead:24} {alive}");
    }
    let faults = InstanceFault::list(db, &context(), Query::all()).await?;
    let message = faults.first().map_or("", |fault| &fault.message);
    println!("\n{} faults say: {message}", faults.len());
    Ok(())
}

async fn instances(db: &Db, host: &str) -> Result<Vec<Instance>, StoreError> {
    let context = context().reading_deleted();
    let rows = Instance::list(db, &context, Query::all().with("host", host)).await?;
    Ok(rows.iter().map(|row| Instance::clone(row)).collect())
}

/// Is something still to be done about the servers of `host`?
async fn is_busy(db: &Db, host: &str) -> Result<bool, StoreError> {
    let gone = |row: &Instance| row.vm_state == VmState::Deleted && row.deleted;
    let at_rest = |row: &Instance| row.vm_state != VmState::Deleted && row.task_state.is_none();
    Ok(!instances(db, host).await?.iter().all(|row| gone(row) || at_rest(row)))
}

async fn states(db: &Db, host: &str) -> Result<Vec<String>, StoreError> {
    let text = |row: &Instance| {
        let task = row.task_state.map_or("-", TaskState::as_str);
        format!("{} / {task}{}", row.vm_state, if row.deleted { ", gone" } else { "" })
    };
    Ok(instances(db, host).await?.iter().map(text).collect())
}
