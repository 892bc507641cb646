//! Chapter 8's program: two compute services, which have no database, want one row.
//!
//! - `cargo ch08 guard`: what a compute service may change, and what not.
//! - `cargo ch08 save`: one save as a message, as SQL, and as an answer.
//! - `cargo ch08 lost-update`: two change one map, and one change is gone.
//! - `cargo ch08 dead-host`: what a host was busy with when it died.
//!
//! `--connection URL` in front of that names an empty database; else it is one in memory.

mod dead_host;
mod guard;
mod house;
mod lost_update;
mod save;
mod writers;

use nova_conductor::Db;
use std::{env, error::Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1).peekable();
    let url = args.next_if_eq("--connection").and_then(|_| args.next());
    let db = Db::open(url.as_deref().unwrap_or("sqlite://")).await?;
    match args.next().as_deref() {
        None => writers::show(&db).await?,
        Some("guard") => guard::show(&db).await?,
        Some("save") => save::show(&db).await?,
        Some("lost-update") => lost_update::show(&db).await?,
        Some("dead-host") => dead_host::show(&db).await?,
        Some(_) => {
            let topics = "[guard | save | lost-update | dead-host]";
            return Err(format!("usage: cargo ch08 [--connection URL] {topics}").into());
        }
    }
    db.close().await;
    Ok(())
}
