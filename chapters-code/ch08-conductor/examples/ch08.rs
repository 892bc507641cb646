//! Two writers meet at one row; then a compute service, which has no database, changes that row
//! through the conductor, and finds out what it may not do.

use nova_conductor::{ConductorManager, Db};
use nova_objects::{Flavor, Instance, NovaObject, RequestContext, TaskState, VmState};
use nova_rpc::{MemoryTransport, RpcClient, RpcServer, Target, Transport, rpcapi};
use serde_json::{Value, json};
use std::{error::Error, sync::Arc};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (db, user) = (Db::memory().await?, RequestContext::new("ann", "project-1"));
    let [flavor, ..] = Flavor::defaults();
    let instance = Instance::building("project-1", "ann", "web", flavor);
    let instance = Instance { uuid: "i-1".into(), ..instance }.create(&db, &user).await?;

    println!("Two have read the row. Each saves, if the state still is scheduling:");
    for host in ["host-1", "host-2"] {
        let mut mine = instance.clone();
        (mine.task_state, mine.host) = (Some(TaskState::Spawning), Some(host.into()));
        match mine.save_expecting(&db, &user, &[Some(TaskState::Scheduling)]).await {
            Ok(()) => println!("  {host} won   {}", row(&db).await?),
            Err(error) => println!("  {host} lost  {error}"),
        }
    }

    let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
    let manager = Arc::new(ConductorManager::new(Arc::new(db.clone())));
    let target = Target::topic("conductor").server("host-0");
    let server = RpcServer::new(transport.clone(), target, "conductor");
    let server = server.endpoint(manager.endpoint()).start().await?;

    println!("\nA compute service has no database. Its store is the conductor:");
    let store = rpcapi::ConductorAPI::new(transport.clone(), "host-1");
    let mut mine = Instance::get(&store, &user, "i-1").await?;
    (mine.vm_state, mine.task_state) = (VmState::Active, None);
    mine.save_expecting(&store, &user, &[Some(TaskState::Spawning)]).await?;
    println!("  host-1 saved {}", row(&db).await?);
    let other = rpcapi::ConductorAPI::new(transport.clone(), "host-2");
    mine.vm_state = VmState::Error;
    if let Err(error) = mine.save(&other, &user).await {
        println!("  {error}");
    }

    println!("\nIt can ask for methods of objects, and for nothing else:");
    let wire = RpcClient::new(transport, Target::topic("conductor").version("3.0"));
    let sql = json!({ "sql": "DROP TABLE instances" });
    let ran: Result<Value, _> = wire.call(&user, "execute", &sql).await;
    println!("  execute {sql}: {}", ran.map_or_else(|error| error.class, |_| "it did!".into()));
    server.stop().await;
    Ok(())
}

/// The row as `sqlite3` would show it.
#[allow(irrefutable_let_patterns)] // With the feature `postgres`, it is not.
async fn row(db: &Db) -> Result<String, sqlx::Error> {
    let Db::Sqlite(pool) = db else { return Err(sqlx::Error::PoolClosed) };
    let row = "SELECT vm_state || '|' || COALESCE(task_state, '') || '|' || host FROM instances";
    sqlx::query_scalar(row).fetch_one(pool).await
}
