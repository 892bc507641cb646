//! What all commands that stay up have in common: a log, and an end.

use super::wants_color;
use crate::{Error, collector::Collector};
use nova_pipeline::request_log;
use nova_traces::{FlowLayer, only_hops};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    prelude::*,
};

/// What goes wrong, on standard error; and what is seen of requests, to whoever wants it.
pub(super) fn start_log(flows: Option<FlowLayer>) {
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let log = log.with_ansi(wants_color(&std::io::stderr()));
    // Whoever puts `request_log` into the paste file wants to see its lines.
    let targets = Targets::new()
        .with_target(request_log::TARGET, tracing::Level::INFO)
        // What it has to say of the broker, nova-rpc says too.
        .with_target("lapin", LevelFilter::OFF)
        .with_target("io_loop", LevelFilter::OFF);
    let log = log.with_filter(targets.with_default(tracing::Level::WARN));
    let flows = flows.map(|flows| flows.with_filter(only_hops()));
    tracing_subscriber::registry().with(flows).with(log).init();
}

/// Tells a collector the last of what was seen.
pub(super) async fn last_words(collector: Option<Collector>) {
    if let Some(collector) = collector
        && let Err(lost) = collector.stop().await
    {
        tracing::warn!("{lost}");
    }
}

/// Ctrl-C, and what service managers send.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn new() -> Result<Self, Error> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).map_err(Error::Runtime)?;
        let terminate = signal(SignalKind::terminate()).map_err(Error::Runtime)?;
        Ok(Self { interrupt, terminate })
    }

    #[cfg(not(unix))]
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self {})
    }

    /// Comes with the next of them.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
