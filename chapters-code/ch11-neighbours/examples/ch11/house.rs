//! Keystone and Glance, each on a port of its own.

use crate::{Failure, log::Log};
use nova_neighbours::{
    KeystoneClient, glance,
    keystone::{self, Credentials, Identities, catalog},
};
use nova_objects::{Plugs, RequestContext, Secret};
use nova_paste::{
    App,
    server::{HttpServer, Limits},
};
use nova_pipeline::authtoken::identity::TokenValidator;
use std::{sync::Arc, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle};

/// An app that is served.
pub(crate) struct Service {
    /// Where.
    pub(crate) url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Service {
    /// Serves the app that `app` makes of the URL.
    pub(crate) async fn start(
        lane: &str,
        app: impl FnOnce(&str) -> Result<App, Failure>,
    ) -> Result<Self, Failure> {
        let anywhere = ([127, 0, 0, 1], 0).into();
        let server = HttpServer::bind(anywhere, lane, Limits::default()).await?;
        let url = format!("http://{}", server.address());
        let (stop, stopped) = oneshot::channel();
        let app = app(&url)?;
        let task = tokio::spawn(server.serve(app, async {
            let _ = stopped.await;
        }));
        Ok(Self { url, stop, task })
    }

    /// Nobody answers there any more.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        drop(self.stop);
        Ok(self.task.await?)
    }
}

/// A Keystone whose tokens are good for `seconds`. The log is told what it is asked.
pub(crate) async fn keystone(log: &Log, seconds: u64) -> Result<Service, Failure> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ch11/identities.ini");
    let identities = Identities::read(file)?;
    let token_expiration = Duration::from_secs(seconds);
    Service::start("keystone", |url| {
        let catalog = catalog("RegionOne", &[("identity", "keystone", url)]);
        let options = keystone::Options { identities, catalog, token_expiration };
        Ok(log.of("keystone", keystone::app(options)?))
    })
    .await
}

/// A Glance that asks the Keystone at `identity` whose a token is.
pub(crate) async fn glance(log: &Log, identity: &str) -> Result<Service, Failure> {
    let options = nova_pipeline::Options { auth_strategy: "keystone".into(), ..Default::default() };
    let plugs = Plugs::default().plug(options).plug(validator(identity, "glance"));
    let app = glance::app(&glance::Options::default(), plugs)?;
    Service::start("glance", |_| Ok(log.of("glance", app))).await
}

/// Who asks Keystone whose a token is, in the name of `user`.
pub(crate) fn validator(identity: &str, user: &str) -> Arc<dyn TokenValidator> {
    Arc::new(client(identity, user, "service"))
}

/// A token of `user` in the project demo.
pub(crate) async fn log_in(identity: &str, user: &str) -> Result<Secret, Failure> {
    let context = RequestContext { request_id: String::new(), ..RequestContext::default() };
    Ok(client(identity, user, "demo").log_in(&context).await?)
}

fn client(identity: &str, user: &str, project: &str) -> KeystoneClient {
    let credentials = Credentials {
        username: user.into(),
        password: format!("{user}-secret").into(),
        project_name: project.into(),
        user_domain_name: "Default".into(),
        project_domain_name: "Default".into(),
    };
    KeystoneClient::new(&format!("{identity}/v3"), credentials, Duration::from_secs(10))
}
