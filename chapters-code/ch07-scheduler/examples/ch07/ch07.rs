//! Chapter 7's program: one request and four hosts, and the table of who passed and why.
//! `cargo ch07 weights` shows how weights are made comparable, and `cargo ch07 race` two schedulers
//! that choose the same host.

mod placement;
mod race;
mod rows;
mod weights;

use std::{env, error::Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        None => placement::show().await,
        Some("weights") => weights::show().await,
        Some("race") => race::show().await,
        Some(_) => Err("usage: cargo ch07 [weights | race]".into()),
    }
}
