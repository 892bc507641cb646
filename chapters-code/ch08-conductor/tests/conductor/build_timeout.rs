//! Servers that nobody builds any more.

use crate::databases::{databases, either};
use nova_conductor::{BuildTimeout, Db};
use nova_objects::{
    DateTime, Flavor, Instance, InstanceFault, NovaObject, Query, RequestContext, TaskState,
    VmState,
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// What has become, a little later, of a server of `seconds` in these states, and how many faults
/// it has.
async fn later(
    db: &Db,
    seconds: i64,
    vm_state: VmState,
    task_state: Option<TaskState>,
) -> (String, usize) {
    let context = RequestContext::admin();
    let instance = Instance::building("p", "u", "demo", Flavor::new("7", "m1.test", 64, 1, 0));
    let instance = Instance { vm_state, task_state, ..instance };
    let mut instance = instance.create(db, &context).await.unwrap();
    instance.created_at = Some(DateTime::now().plus_seconds(-seconds));
    instance.save(db, &context).await.unwrap();
    let watch = BuildTimeout::start(Arc::new(db.clone()), Duration::from_secs(60));
    sleep(Duration::from_millis(either(db, 50, 300))).await;
    watch.stop().await;
    instance.refresh(db, &context).await.unwrap();
    let task = instance.task_state.map_or("-", TaskState::as_str);
    let of_it = Query::all().with("instance_uuid", instance.uuid.as_str());
    let faults = InstanceFault::list(db, &context, of_it).await.unwrap();
    (format!("{}/{task}", instance.vm_state.as_str()), faults.len())
}

#[tokio::test]
async fn who_is_in_the_making_for_too_long_is_in_error_and_says_why() {
    use TaskState::{Networking, Scheduling, Spawning};
    use VmState::{Active, Building, Error};
    for (db, _end) in databases().await {
        for (seconds, vm_state, task_state, state, faults) in [
            (61, Building, Some(Scheduling), "error/-", 1),
            (61, Building, None, "error/-", 1),
            (61, Building, Some(Networking), "error/-", 1),
            (61, Building, Some(Spawning), "error/-", 1),
            (50, Building, Some(Spawning), "building/spawning", 0),
            (61, Active, Some(TaskState::Rebuilding), "active/rebuilding", 0),
            (61, Error, None, "error/-", 0),
        ] {
            let now = later(&db, seconds, vm_state, task_state).await;
            assert_eq!(
                now,
                (state.to_owned(), faults),
                "{db:?}: {seconds} {vm_state:?} {task_state:?}"
            );
        }
    }
}
