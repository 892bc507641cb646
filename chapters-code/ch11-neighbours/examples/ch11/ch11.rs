//! Chapter 11's program: Keystone, Glance, and who asks whom. All over real HTTP, on free ports.
//!
//! - `cargo ch11 token`: who may ask whose a token is.
//! - `cargo ch11 image`: the data of an image, whole, broken off, and too late.
//! - `cargo ch11 retry`: what is asked once more, and what is not.

mod house;
mod image;
mod log;
mod nova;
mod retry;
mod token;
mod who;

use std::{env, error::Error};

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "usage: cargo ch11 [token | image | retry]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    match env::args().nth(1).as_deref() {
        None => who::show().await,
        Some("token") => token::show().await,
        Some("image") => image::show().await,
        Some("retry") => retry::show().await,
        Some(_) => Err(USAGE.into()),
    }
}
