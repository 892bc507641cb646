//! Two add an item to one map. Both have read it while it was empty.

use crate::house::{context, instance};
use nova_conductor::Db;
use nova_objects::{Instance, NovaObject, StoreError};
use serde_json::json;
use std::error::Error;

pub(crate) async fn show(db: &Db) -> Result<(), Box<dyn Error>> {
    let context = context();
    instance("i-1", None).create(db, &context).await?;
    let items = [("colour", "red"), ("size", "big")];

    println!(
        "Two read the metadata: {}. Each adds an item, and saves.",
        metadata(db, "i-1").await?
    );
    let read = Instance::get(db, &context, "i-1").await?;
    for (mut mine, (key, value)) in [read.clone(), read].into_iter().zip(items) {
        mine.metadata.insert(key.into(), value.into());
        mine.save(db, &context).await?;
        println!("  {key}={value} is saved: {}", metadata(db, "i-1").await?);
    }

    instance("i-2", None).create(db, &context).await?;
    println!("\nThe same, with another server and Tracked::update.");
    let read = Instance::get(db, &context, "i-2").await?;
    for (mut mine, (key, value)) in [read.clone(), read].into_iter().zip(items) {
        let mut tries = 0;
        let add = |instance: &mut Instance| {
            tries += 1;
            instance.metadata.insert(key.into(), value.into());
            Ok::<_, StoreError>(())
        };
        mine.update(db, &context, add).await?;
        println!("  {key}={value} is saved: {} (tries: {tries})", metadata(db, "i-2").await?);
    }
    Ok(())
}

async fn metadata(db: &Db, uuid: &str) -> Result<String, StoreError> {
    let row = Instance::get(db, &context(), uuid).await?;
    Ok(json!(row.metadata).to_string())
}
