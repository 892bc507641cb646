//! A broker has delivered one message twice, and two hosts begin to build one guest.

use crate::house::{House, context, instance, row};
use nova_conductor::Db;
use nova_objects::{Instance, NovaException, NovaObject, StoreError, TaskState, VmState};
use std::error::Error;

pub(crate) async fn show(db: &Db) -> Result<(), Box<dyn Error>> {
    let (house, context) = (House::new(db).await?, context());
    instance("i-1", None).create(db, &context).await?;
    let (first, second) = (house.conductor("host-1"), house.conductor("host-2"));
    let mut at_first = Instance::get(&first, &context, "i-1").await?;
    let mut at_second = Instance::get(&second, &context, "i-1").await?;
    println!("Two hosts are told to build i-1. Both have read: {}.\n", row(db, "i-1").await?);

    for (mine, store, host) in
        [(&mut at_first, &first, "host-1"), (&mut at_second, &second, "host-2")]
    {
        (mine.task_state, mine.host) = (Some(TaskState::Spawning), Some(host.into()));
        let saved = mine.save_expecting(store, &context, &[Some(TaskState::Scheduling)]).await;
        tell(&format!("{host} saves spawning, if it still is scheduling"), saved);
    }
    println!("The row: {}.\n", row(db, "i-1").await?);

    at_second.vm_state = VmState::Error;
    tell("host-2 saves error, whatever it is", at_second.save(&second, &context).await);
    (at_first.vm_state, at_first.task_state) = (VmState::Active, None);
    let saved = at_first.save_expecting(&first, &context, &[Some(TaskState::Spawning)]).await;
    tell("host-1 saves active, if it still is spawning", saved);
    println!("The row: {}.", row(db, "i-1").await?);
    house.close().await;
    Ok(())
}

fn tell(what: &str, saved: Result<(), StoreError>) {
    println!("{what}");
    match saved {
        Ok(()) => println!("  saved"),
        Err(error) => {
            let text = error.to_string().replace(" Expected", "\n    Expected");
            println!("  {}: {text}", error.class());
        }
    }
}
