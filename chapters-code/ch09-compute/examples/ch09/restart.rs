//! What a host was busy with when it was cut off, and what becomes of it when it starts.

use crate::house::{House, fake, guest, states};
use nova_compute::{ComputeDriver, Hypervisor};
use nova_objects::{
    PowerState::{self, NoState, Running, Shutdown},
    RequestContext,
    TaskState::{self, Deleting, ImageUploading, PoweringOff, PoweringOn, RebootStarted, Spawning},
    VmState::{self, Active, Building, Stopped},
};
use std::{error::Error, sync::Arc};

const CASES: [(VmState, TaskState, PowerState); 8] = [
    (Building, Spawning, NoState),
    (Building, Spawning, Running),
    (Active, PoweringOff, Running),
    (Stopped, PoweringOn, Shutdown),
    (Active, RebootStarted, Running),
    (Active, RebootStarted, Shutdown),
    (Active, ImageUploading, Running),
    (Active, Deleting, Running),
];

pub(crate) async fn show() -> Result<(), Box<dyn Error>> {
    println!("{:<26}{:<13}   {:<14}guest", "cut off at", "the guest", "server");
    for (vm_state, task, state) in CASES {
        let house = House::new().await?;
        let driver = Arc::new(fake());
        let mut instance = house.server().await?;
        instance.host = Some("localhost".into());
        (instance.vm_state, instance.task_state) = (vm_state, Some(task));
        instance.save(&*house.rows, &RequestContext::admin()).await?;
        driver.set_power_state(&instance, state);

        house.host(Hypervisor::new("FakeDriver", driver.clone())).await?;
        let row = house.row(&instance.uuid).await?;
        let now = driver.get_info(&row).await.unwrap_or_default();
        let (was, server) = (states(vm_state, Some(task)), states(row.vm_state, row.task_state));
        println!("{was:<26}{:<13}→  {server:<14}{}", guest(state), guest(now));
    }
    Ok(())
}
