//! What the filters cost, over real HTTP: `cargo bench -p nova-pipeline`.
//!
//! Each server answers the same constant, alone on a thread of its own, to sixteen connections
//! that another thread keeps busy. All of them are measured in turn, round after round, so that a
//! machine with other work to do slows all of them; what counts is the ratio to bare hyper.

mod client;
mod servers;

use nova_objects::{hop, hop::Kind};
use nova_traces::{FlowLayer, Flows};
use servers::{Pipeline, Server};
use std::{
    error::Error,
    time::{Duration, Instant},
};
use tracing_subscriber::prelude::*;

const ROUNDS: usize = 21;
const ROUND: Duration = Duration::from_millis(250);

/// A server, and whether somebody collects its flows.
const SERVERS: [(&str, Pipeline, bool); 6] = [
    ("bare hyper", Pipeline::Hyper, false),
    ("our server, no filter", Pipeline::None, false),
    ("noauth2, flows off", Pipeline::NoAuth2, false),
    ("keystone, flows off", Pipeline::Keystone, false),
    ("noauth2, flows on", Pipeline::NoAuth2, true),
    ("keystone, flows on", Pipeline::Keystone, true),
];

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut measured = [const { Vec::new() }; SERVERS.len()];
    for _ in 0..ROUNDS {
        for ((_, pipeline, flows), rates) in SERVERS.iter().zip(&mut measured) {
            let server = Server::start(*pipeline, *flows)?;
            rates.push(client::requests_per_second(server.address(), ROUND)?);
            server.stop();
        }
    }
    println!("{:24} {:>10}  {:>13}", "", "requests/s", "of bare hyper");
    let bare = measured[0].clone();
    for ((name, ..), rates) in SERVERS.iter().zip(&measured) {
        let ratios = rates.iter().zip(&bare).map(|(rate, bare)| rate / bare).collect();
        println!("{name:24} {:>10.0}  {:>12.0}%", median(rates.clone()), 100.0 * median(ratios));
    }
    println!();
    println!("{:24} {:>10.0} ns", "a hop, flows off", ns_per_hop());
    let subscriber = tracing_subscriber::registry().with(FlowLayer::new(Flows::default()));
    let on = tracing::subscriber::with_default(subscriber, ns_per_hop);
    println!("{:24} {on:>10.0} ns", "a hop, flows on");
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Opens, enters and closes hops, ten in each other as the filters are.
fn ns_per_hop() -> f64 {
    const DEEP: u32 = 10;
    const TIMES: u32 = 20_000;
    let began = Instant::now();
    for _ in 0..TIMES {
        let hops: Vec<_> = (0..DEEP).map(|_| hop!(Kind::Filter, "cors").entered()).collect();
        hops.into_iter().rev().for_each(drop);
    }
    began.elapsed().as_secs_f64() * 1e9 / f64::from(DEEP * TIMES)
}
