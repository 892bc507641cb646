//! Guests that somebody at the host has switched.

use crate::house::{House, fake, guest, states};
use nova_compute::{ComputeDriver, Hypervisor};
use nova_objects::{
    Instance,
    PowerState::{self, Crashed, NoState, Paused, Running, Shutdown},
    RequestContext,
    VmState::{self, Active, Stopped, Suspended},
};
use std::{error::Error, sync::Arc};

const CASES: [(VmState, PowerState); 8] = [
    (Active, Running),
    (Active, Shutdown),
    (Active, Crashed),
    (Active, Paused),
    (Active, NoState),
    (Stopped, Running),
    (VmState::Paused, Shutdown),
    (Suspended, Running),
];

pub(crate) async fn show() -> Result<(), Box<dyn Error>> {
    println!("{:<14}{:<14}   {:<14}guest", "Nova says", "the guest", "server");
    for (vm_state, state) in CASES {
        let house = House::new().await?;
        let driver = Arc::new(fake());
        let host = house.host(Hypervisor::new("FakeDriver", driver.clone())).await?;
        let mut instance = house.server().await?;
        instance.host = Some("localhost".into());
        (instance.vm_state, instance.task_state) = (vm_state, None);
        instance.save(&*house.rows, &RequestContext::admin()).await?;
        driver.set_power_state(&instance, state);

        host.sync_power_states().await?;
        let row: Instance = Instance::clone(&*house.row(&instance.uuid).await?);
        let now = driver.get_info(&row).await.unwrap_or_default();
        let (was, server) = (vm_state.as_str(), states(row.vm_state, row.task_state));
        println!("{was:<14}{:<14}→  {server:<14}{}", guest(state), guest(now));
    }
    Ok(())
}
