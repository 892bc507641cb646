//! How many messages a second: `cargo bench -p nova-rpc --features amqp`.
//!
//! In memory, over RabbitMQ (its address in `MINI_NOVA_TEST_AMQP`), and, for comparison, with lapin
//! alone: as many bytes, the same confirms, prefetch and acknowledgements, and nothing of ours. After
//! divan's table come the ratios, from rounds in turn: a shared machine is fast now and slow then,
//! but for both. `python.py` beside this file asks the same of oslo.messaging.

#![expect(clippy::expect_used, reason = "without a broker there is nothing to measure")]

mod ours;
mod raw;

use divan::{Bencher, counter::ItemsCount};
use ours::Ours;
use std::{env, sync::Arc};
use tokio::{runtime::Runtime, task::JoinSet};

/// What one round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Load {
    /// One call after the other.
    Sequential,
    /// Thirty-two at a time.
    InFlight32,
    /// Casts, one after the other.
    Casts,
}

const LOADS: [Load; 3] = [Load::Sequential, Load::InFlight32, Load::Casts];

/// Messages in one round.
const MESSAGES: u64 = 512;

/// Somebody to call, and what carries it there.
trait Peer: Send + Sync + 'static {
    /// Calls, and waits for the answer.
    fn call(&self) -> impl Future<Output = ()> + Send;

    /// Casts.
    fn cast(&self) -> impl Future<Output = ()> + Send;
}

fn main() {
    divan::main();
    if let Ok(url) = env::var("MINI_NOVA_TEST_AMQP") {
        raw::ratios(&url);
    }
}

#[divan::bench(args = LOADS, sample_count = 10)]
fn memory(bencher: Bencher<'_, '_>, load: Load) {
    let runtime = runtime();
    let peer = Arc::new(runtime.block_on(Ours::in_memory()));
    measure(bencher, &runtime, &peer, load);
}

#[divan::bench(args = LOADS, sample_count = 10, ignore = env::var_os("MINI_NOVA_TEST_AMQP").is_none())]
fn rabbitmq(bencher: Bencher<'_, '_>, load: Load) {
    let runtime = runtime();
    let url = env::var("MINI_NOVA_TEST_AMQP").unwrap_or_default();
    let peer = Arc::new(runtime.block_on(Ours::over(&url)));
    measure(bencher, &runtime, &peer, load);
    runtime.block_on(peer.leave());
    runtime.block_on(raw::tidy(&url, &peer.names()));
}

#[divan::bench(args = LOADS, sample_count = 10, ignore = env::var_os("MINI_NOVA_TEST_AMQP").is_none())]
fn lapin_alone(bencher: Bencher<'_, '_>, load: Load) {
    let runtime = runtime();
    let url = env::var("MINI_NOVA_TEST_AMQP").unwrap_or_default();
    let peer = Arc::new(runtime.block_on(raw::Raw::new(&url)));
    measure(bencher, &runtime, &peer, load);
    runtime.block_on(raw::tidy(&url, &peer.names()));
}

fn measure<P: Peer>(bencher: Bencher<'_, '_>, runtime: &Runtime, peer: &Arc<P>, load: Load) {
    runtime.block_on(round(peer, load));
    bencher.counter(ItemsCount::new(MESSAGES)).bench_local(|| runtime.block_on(round(peer, load)));
}

async fn round<P: Peer>(peer: &Arc<P>, load: Load) {
    let at_once = if load == Load::InFlight32 { 32 } else { 1 };
    let mut callers = JoinSet::new();
    for _ in 0..at_once {
        let peer = Arc::clone(peer);
        callers.spawn(async move {
            for _ in 0..MESSAGES / at_once {
                match load {
                    Load::Casts => peer.cast().await,
                    Load::Sequential | Load::InFlight32 => peer.call().await,
                }
            }
        });
    }
    callers.join_all().await;
}

fn runtime() -> Runtime {
    Runtime::new().unwrap_or_else(|error| panic!("{error}"))
}
