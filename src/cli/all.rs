//! `mini-nova all`: a cloud that stays up.

use super::{ConfArgs, Listen, print};
use crate::{Cloud, Error};
use clap::Args;
use std::{path::PathBuf, pin::pin};
use tracing_subscriber::{filter::Targets, prelude::*};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    conf: ConfArgs,
    #[command(flatten)]
    listen: Listen,
    /// Keep the rows in this folder; without it they are gone with the process
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

pub(super) async fn run(options: Options) -> Result<(), Error> {
    let mut conf = options.conf.read()?;
    if let Some(address) = options.listen.address {
        conf.osapi_compute_listen = address;
    }
    if let Some(port) = options.listen.port {
        conf.osapi_compute_listen_port = port;
    }
    if let Some(port) = options.listen.image_port {
        conf.image_port = port;
    }
    if let Some(folder) = &options.state {
        conf.keep_state_in(folder)?;
    }
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let log = log.with_filter(Targets::new().with_default(tracing::Level::WARN));
    tracing_subscriber::registry().with(log).init();

    // Listen for signals before saying that we are there: whoever waits for that may send one.
    let mut stopped = pin!(stop_signal()?);
    let cloud = tokio::select! {
        cloud = Cloud::builder(conf).start() => cloud?,
        () = &mut stopped => return Ok(()),
    };
    print(&welcome(&cloud))?;
    stopped.await;
    print("Stopping.\n")?;
    cloud.stop().await;
    Ok(())
}

/// Comes with the first Ctrl-C or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Runtime)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(Error::Runtime)?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn welcome(cloud: &Cloud) -> String {
    let compute = cloud.compute_endpoint();
    let image = cloud.image_endpoint();
    format!(
        "\
The cloud is up: compute {compute}, image {image}. Ctrl-C stops it.

With curl, as noauth2's administrator:

  curl -s -H 'X-Auth-Token: admin' {compute}/servers/detail

With the openstack client (pip install python-openstackclient), in another terminal:

  export OS_AUTH_TYPE=none OS_ENDPOINT={compute} OS_IDENTITY_API_VERSION=3
  export OS_IMAGE_ENDPOINT_OVERRIDE={image}
  openstack server create --flavor m1.tiny --image cirros --wait demo
  openstack server list
"
    )
}
