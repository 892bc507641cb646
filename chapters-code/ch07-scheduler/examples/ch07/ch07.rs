//! Chapter 7's program: one request and four hosts, and the table of who passed and why; `cargo
//! ch07 m1.tiny` asks for less. `cargo ch07 weights` shows how weights are made comparable, and `cargo ch07 race` two schedulers
//! that choose the same host.

mod placement;
mod race;
mod rows;
mod weights;

use std::{env, error::Error};

const USAGE: &str = "usage: cargo ch07 [FLAVOR | weights | race], FLAVOR from m1.tiny to m1.xlarge";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        None => placement::show("m1.small").await,
        Some("weights") => weights::show().await,
        Some("race") => race::show().await,
        Some(flavor) => placement::show(flavor).await,
    }
}
