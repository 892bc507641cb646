//! The demo in front of services that run already, each in its process.

use super::{Demo, Options, fate, report, settled};
use crate::{
    Conf, Error,
    ports::{asks_keystone, local_endpoint},
    wiring,
};
use nova_neighbours::{RestClient, keystone::Identities};
use nova_objects::RequestContext;
use nova_traces::Flow;
use std::time::Duration;
use tracing::dispatcher::{Dispatch, with_default};

/// How long the services may take: one that has died is noticed by the clock.
const PATIENCE: Duration = Duration::from_secs(90);

/// Boots a server at the API that `conf` describes, and draws what the API process has collected
/// of its way.
pub(super) async fn run(conf: &Conf, options: &Options) -> Result<String, Error> {
    let compute = format!("{}/v2.1", local_endpoint(conf, conf.osapi_compute_listen_port));
    let administrator = wiring::identities(conf)?;
    let administrator = Identities::administrator(&administrator);
    let auth_url = conf.keystone_authtoken.auth_url.as_ref().map(|url| url.0.clone());
    let identity =
        auth_url.unwrap_or_else(|| format!("{}/v3", local_endpoint(conf, conf.identity_port)));
    let login = administrator.as_ref().filter(|_| asks_keystone(conf));
    let login = login.map(|who| (&identity, who));
    let booted = Demo::new(&compute, login).boot(&options.flavor, PATIENCE).await?;
    if !conf.flow.enabled {
        return Ok(format!(
            "{}\n [flow] enabled = true would show its way.\n",
            fate(&booted.server)
        ));
    }
    let flows = RestClient::new("flows", &local_endpoint(conf, conf.flow.port));
    let path = format!("/flows/{}", booted.request_id);
    let look = async || {
        // To look changes nothing: it is not seen itself.
        let context = RequestContext::default();
        let answer = with_default(&Dispatch::none(), || flows.get(&context, &path)).await?;
        if answer.status.is_success() {
            return serde_json::from_slice(&answer.body).map_err(Error::Json);
        }
        let request_id = booted.request_id.clone();
        Ok(Flow { request_id, trace_id: None, segments: Vec::new() })
    };
    let flow = settled(look).await?;
    report(&booted, &flow, options)
}
