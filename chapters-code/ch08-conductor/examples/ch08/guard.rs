//! What host-2 asks of the conductor, and what it gets.

use crate::house::{House, context, instance};
use nova_conductor::Db;
use nova_objects::{
    Fields, Filters, Flavor, Instance, InstanceActionEvent, InstanceFault, NovaException,
    NovaObject, Service, Store, StoreError,
};
use serde_json::{Value, json};
use std::{error::Error, fmt::Display};

pub(crate) async fn show(db: &Db) -> Result<(), Box<dyn Error>> {
    let (house, context) = (House::new(db).await?, context());
    for (uuid, host) in [("i-0", None), ("i-1", Some("host-1")), ("i-2", Some("host-2"))] {
        instance(uuid, host).create(db, &context).await?;
    }
    Service::new("host-1", "nova-compute", "compute").create(db, &context).await?;
    let (host_2, host_1) = (house.conductor("host-2"), house.conductor("host-1"));
    let write = async |store: &dyn Store, class: &str, key: &str, field: &str| {
        let changes = Fields::from_iter([(field.to_owned(), json!("mine"))]);
        store.save(&context, class, key, changes, &Filters::new()).await.map(|_| "saved")
    };

    tell("save i-2, which is on host-2", write(&host_2, Instance::NAME, "i-2", "node").await);
    tell("save i-0, which is on no host", write(&host_2, Instance::NAME, "i-0", "node").await);
    tell("save i-1, which is on host-1", write(&host_2, Instance::NAME, "i-1", "node").await);
    let read = Instance::get(&host_2, &context, "i-1").await;
    tell("read i-1", read.map(|row| format!("read: it is {}'s", row.user_id)));
    let made = instance("i-3", Some("host-2")).create(&host_2, &context).await;
    tell("create i-3 on host-2", made.map(|_| "created"));
    let fault = StoreError::MarkerNotFound("m".into());
    let fault = InstanceFault::of(&instance("i-2", None), &fault, Some("host-2"));
    tell("create a fault of i-2", fault.create(&host_2, &context).await.map(|_| "created"));
    let event = InstanceActionEvent::start(&context, &instance("i-2", None), "build", "host-1");
    tell("create an event of host-1", event.create(&host_2, &context).await.map(|_| "created"));
    tell("save host-1's service", write(&host_2, Service::NAME, "1", "topic").await);
    tell("save a flavor", write(&host_2, Flavor::NAME, "1", "name").await);

    let sql = json!({ "sql": "DROP TABLE instances" });
    let ran = house.client().call::<_, Value>(&context, "execute", &sql).await;
    tell("execute DROP TABLE instances", ran);
    let lie = write(&host_1, Instance::NAME, "i-1", "node").await;
    tell("save i-1, and say that it is host-1", lie);
    house.close().await;
    Ok(())
}

fn tell(wish: &str, got: Result<impl Display, impl NovaException>) {
    println!("{wish}");
    match got {
        Ok(done) => println!("  {done}"),
        Err(error) => println!("  {}: {error}", error.class()),
    }
}
