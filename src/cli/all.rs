//! `mini-nova all`: a cloud that stays up.

use super::{
    ConfArgs, Listen,
    openrc::{self, quoted},
    print,
    signals::{Signals, last_words, start_log},
};
use crate::{
    Cloud, Conf, Error, Neighbours, collector::Collector, flow_service::FlowService,
    ports::asks_keystone,
};
use clap::Args;
use nova_traces::{FlowLayer, Flows};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    conf: ConfArgs,
    #[command(flatten)]
    listen: Listen,
    /// Keep rows, images and the disks of guests in this folder; without it they go with the process
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Where to write what a shell has to source for the openstack client
    #[arg(long, value_name = "FILE", default_value = "openrc")]
    openrc: PathBuf,
}

pub(super) async fn run(options: Options) -> Result<(), Error> {
    let mut conf = options.conf.read()?;
    options.listen.apply(&mut conf);
    if let Some(folder) = &options.state {
        conf.keep_state_in(folder)?;
    }
    let flows = Flows::default();
    let layer = FlowLayer::new(flows.clone());
    let (layer, collector) = Collector::join(&conf, "mini-nova", layer)?;
    start_log(Some(layer));
    warn_of_known_passwords(&conf);

    openrc::check(&options.openrc)?;

    // Listen for signals before saying that we are there: whoever waits for that may send one.
    let mut signals = Signals::new()?;
    let flow_service = FlowService::start(&conf, flows).await?;
    let cloud = tokio::select! {
        cloud = Cloud::builder(conf).start() => cloud?,
        () = signals.next() => return Ok(()),
    };
    let has_openrc = openrc::write(&options.openrc, &cloud)?;
    print(&welcome(&cloud, flow_service.endpoint(), has_openrc.then_some(&*options.openrc)))?;
    signals.next().await;
    print("Stopping.\n")?;
    // Who is in a hurry says so again.
    tokio::select! {
        () = async {
            cloud.stop().await;
            flow_service.stop().await;
            last_words(collector).await;
        } => {}
        () = signals.next() => print("Stopped at once.\n")?,
    }
    Ok(())
}

/// Who listens beyond this machine should not do so with passwords that stand in our source.
fn warn_of_known_passwords(conf: &Conf) {
    let built_in = conf.keystone_authtoken.auth_url.is_none() && conf.identities.is_none();
    if built_in && asks_keystone(conf) && !conf.osapi_compute_listen.is_loopback() {
        tracing::warn!(
            "listening on {} with users whose passwords everybody can read in mini-nova's source; \
             [mini_nova] identities names a file of others",
            conf.osapi_compute_listen
        );
    }
}

/// What to do with the cloud; `openrc` is the file for that, if there is one.
fn welcome(cloud: &Cloud, flows: &str, openrc: Option<&Path>) -> String {
    let compute = cloud.compute_endpoint();
    let Neighbours { identity, image } = cloud.neighbours();
    let (named, token) = match identity {
        Some(url) => (format!(" identity {url},"), "$(openstack token issue -f value -c id)"),
        None => (String::new(), "admin"),
    };
    let log_in = match (openrc, identity) {
        (Some(path), _) => format!(". {}", path_for_shell(path)),
        (None, url) => format!(
            "export OS_AUTH_URL={} OS_IDENTITY_API_VERSION=3\n  \
             export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default\n  \
             export OS_USERNAME=... OS_PASSWORD=... OS_PROJECT_NAME=...",
            url.as_deref().unwrap_or_default()
        ),
    };
    format!(
        "\
The cloud is up: compute {compute},{named} image {image}, flows {flows}. Ctrl-C stops it.

With the openstack client (pip install python-openstackclient), in another terminal:

  {log_in}
  openstack server create --flavor m1.tiny --image cirros --wait demo
  openstack server list

With curl:

  curl -s -H \"X-Auth-Token: {token}\" {compute}/servers/detail

What was asked, and which way it took: {flows} in a browser, or

  mini-nova show flow
  mini-nova show flow REQUEST_ID
"
    )
}

/// A path that a shell takes for one: it looks for a name without a slash in `$PATH`.
fn path_for_shell(path: &Path) -> String {
    let text = path.display().to_string();
    quoted(&if text.contains('/') { text } else { format!("./{text}") })
}
