//! `mini-nova api`, `scheduler`, `conductor`, `compute`: one service a process.

use super::{
    ConfArgs, Listen, print,
    signals::{Signals, last_words, start_log},
};
use crate::{Error, Process, collector::Collector, process::Role};
use clap::Args;
use nova_traces::{FlowLayer, Flows};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    conf: ConfArgs,
    /// The name of this host; several services on one machine need several
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
}

#[derive(Args)]
pub(super) struct ApiOptions {
    #[command(flatten)]
    service: Options,
    #[command(flatten)]
    listen: Listen,
}

pub(super) async fn api(options: ApiOptions) -> Result<(), Error> {
    run(Role::Api, options.service, Some(options.listen)).await
}

pub(super) async fn run(role: Role, options: Options, listen: Option<Listen>) -> Result<(), Error> {
    let mut conf = options.conf.read()?;
    if let Some(host) = options.host {
        conf.compute.host = host;
    }
    if let Some(listen) = listen {
        listen.apply(&mut conf);
    }
    let flows = Flows::default();
    let lane = match role {
        Role::Api => "api".to_owned(),
        Role::Scheduler => "scheduler".to_owned(),
        Role::Conductor => "conductor".to_owned(),
        Role::Compute => format!("compute.{}", conf.compute.host),
    };
    let layer = FlowLayer::new(flows.clone());
    let (layer, collector) = Collector::join(&conf, &lane, layer)?;
    start_log((conf.flow.enabled || collector.is_some()).then_some(layer));
    let mut signals = Signals::new()?;
    let process = tokio::select! {
        process = Process::start(&conf, role, &flows) => process?,
        () = signals.next() => return Ok(()),
    };
    print(&format!("{} Ctrl-C stops it.\n", process.greeting()))?;
    signals.next().await;
    print("Stopping.\n")?;
    // Who is in a hurry says so again.
    tokio::select! {
        () = async { process.stop().await; last_words(collector).await; } => {}
        () = signals.next() => print("Stopped at once.\n")?,
    }
    Ok(())
}
