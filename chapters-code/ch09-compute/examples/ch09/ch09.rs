//! Chapter 9's program: a guest's life on the fake hypervisor.
//!
//! - `cargo ch09 claim`: who may have the memory of a host.
//! - `cargo ch09 broken`: a hypervisor that fails, and what becomes of the instance.
//! - `cargo ch09 behind`: what Nova does about guests that somebody else has switched.
//! - `cargo ch09 restart`: what a host owes to its instances when it starts.
//! - `cargo ch09 real` and `cargo ch09 xml`, with the feature `libvirt`: the same life on QEMU, and
//!   what libvirt is told of a guest.

mod behind;
mod broken;
mod claim;
mod house;
mod life;
#[cfg(feature = "libvirt")]
mod real;
mod restart;

use std::{env, error::Error};

const USAGE: &str = "usage: cargo ch09 [claim | broken | behind | restart], and, with the feature \
    libvirt: cargo run -q -p nova-compute --features libvirt --example ch09 -- [real | xml]";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        None => life::on_a_fake().await,
        Some("claim") => claim::show().await,
        Some("broken") => broken::show().await,
        Some("behind") => behind::show().await,
        Some("restart") => restart::show().await,
        #[cfg(feature = "libvirt")]
        Some("real") => real::life().await,
        #[cfg(feature = "libvirt")]
        Some("xml") => real::xml().await,
        #[cfg(not(feature = "libvirt"))]
        Some("real" | "xml") => Err("this program was built without the feature libvirt".into()),
        Some(_) => Err(USAGE.into()),
    }
}
