//! The whole API over rows in memory, with sockets that remember what went out.

use crate::sockets::Sockets;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use nova_conductor::Db;
use nova_extensions::{EXTENSIONS, Extensions, Policy, QuotaOptions};
use nova_objects::{
    ComputeRpc, DateTime, Flavor, ImageApi, ImageMeta, Instance, InstanceAction, MemoryStore,
    NovaObject, Plugs, Query, RequestContext, SchedulerRpc, Service, Store, Tracked, VmState,
};
use nova_paste::{App, Environ, PasteConfig, Registry, Request, body};
use serde_json::{Value, json};
use std::sync::Arc;

/// The image that there is.
pub(crate) const IMAGE: &str = "11111111-1111-1111-1111-111111111111";

/// A project whose id can stand in a URL.
pub(crate) const PROJECT: &str = "c0ffee";

/// The API behind its version map, for v2.1 and for v2.
const PASTE: &str = "
[composite:main]
use = call:nova.api.openstack.urlmap:urlmap_factory
/: versions
/v2: v2
/v2.1: v21

[pipeline:v2]
pipeline = faultwrap noauth2 legacy_v2_compatible api

[pipeline:v21]
pipeline = faultwrap noauth2 api

[app:api]
paste.app_factory = nova.api.openstack.compute:APIRouterV21.factory

[app:versions]
paste.app_factory = nova.api.openstack.compute.versions:Versions.factory

[filter:faultwrap]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory

[filter:noauth2]
paste.filter_factory = nova.api.openstack.auth:NoAuthMiddleware.factory

[filter:legacy_v2_compatible]
paste.filter_factory = nova.api.openstack:LegacyV2CompatibleWrapper.factory
";

/// The API and all that it stands on.
pub(crate) struct House {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sockets: Arc<Sockets>,
    pub(crate) app: App,
}

/// What the API answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

/// What everything here stands on: rows, sockets, and the extensions that are installed.
pub(crate) fn plugs(store: &Arc<dyn Store>, sockets: &Arc<Sockets>) -> Plugs {
    Plugs::default()
        .plug(store.clone())
        .plug::<Arc<dyn SchedulerRpc>>(sockets.clone())
        .plug::<Arc<dyn ComputeRpc>>(sockets.clone())
        .plug::<Arc<dyn ImageApi>>(sockets.clone())
        .plug(Policy::default())
        .plug(Extensions(EXTENSIONS.to_vec()))
}

pub(crate) fn image(id: &str) -> ImageMeta {
    ImageMeta { id: id.into(), status: "active".into(), ..ImageMeta::default() }
}

impl House {
    /// A house with the image [`IMAGE`] and the flavors of a fresh database.
    pub(crate) async fn new() -> Self {
        Self::with(vec![image(IMAGE)], |plugs| plugs).await
    }

    /// A house with `images`, and with its plugs changed by `change`.
    pub(crate) async fn with(images: Vec<ImageMeta>, change: impl Fn(Plugs) -> Plugs) -> Self {
        let store = Arc::new(MemoryStore::default());
        for flavor in Flavor::defaults() {
            flavor.create(&*store, &RequestContext::admin()).await.unwrap();
        }
        Self::over(store, images, change)
    }

    /// A house whose rows are in a database, with quotas as `quota` says.
    pub(crate) async fn with_database(quota: QuotaOptions) -> Self {
        let store = Arc::new(Db::memory().await.unwrap());
        Self::over(store, vec![image(IMAGE)], |plugs| plugs.plug(quota))
    }

    fn over(
        store: Arc<dyn Store>,
        images: Vec<ImageMeta>,
        change: impl Fn(Plugs) -> Plugs,
    ) -> Self {
        let sockets = Arc::new(Sockets::new(images));
        let registry = Registry::new(change(plugs(&store, &sockets)))
            .install("nova", nova_urlmap::ENTRY_POINTS)
            .install("nova", nova_pipeline::ENTRY_POINTS)
            .install("nova", nova_extensions::ENTRY_POINTS);
        let config = PasteConfig::parse("test.ini", PASTE).unwrap();
        let (app, _) = config.loader(&registry).load_app("main").unwrap();
        Self { store, sockets, app }
    }

    /// Asks as user `token` (`admin` is an administrator) of [`PROJECT`], unless it names its own.
    /// A microversion may stand behind it: `alice@2.6`.
    pub(crate) async fn ask(&self, token: &str, line: &str, wish: Option<Value>) -> Answer {
        let (method, url) = line.split_once(' ').unwrap();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut request = Request::new(body(wish.map_or_else(String::new, |w| w.to_string())));
        *request.method_mut() = method.parse::<Method>().unwrap();
        if let Some((_, version)) = token.split_once('@') {
            let headers = request.headers_mut();
            headers.insert("x-openstack-nova-api-version", version.parse().unwrap());
        }
        let token = token.split('@').next().unwrap();
        let token = if token.contains(':') { token.into() } else { format!("{token}:{PROJECT}") };
        request.headers_mut().insert("x-auth-token", token.parse().unwrap());
        let environ = Environ::of_mut(&mut request);
        environ.url_scheme = "http".into();
        environ.host = "v2.example:8774".into();
        environ.path_info = path.into();
        environ.query_string = query.into();
        let response = self.app.call(request).await.unwrap();
        let location = response.headers().get("location");
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, location, body: serde_json::from_slice(&bytes).unwrap_or_default() }
    }

    pub(crate) async fn get(&self, token: &str, url: &str) -> Answer {
        self.ask(token, &format!("GET {url}"), None).await
    }

    pub(crate) async fn put(&self, token: &str, url: &str, body: Value) -> Answer {
        self.ask(token, &format!("PUT {url}"), Some(body)).await
    }

    pub(crate) async fn delete(&self, token: &str, url: &str) -> Answer {
        self.ask(token, &format!("DELETE {url}"), None).await
    }

    pub(crate) async fn post(&self, token: &str, url: &str, body: Value) -> Answer {
        self.ask(token, &format!("POST {url}"), Some(body)).await
    }

    /// A row for a server called `name` that runs on `host`, changed by `change`.
    pub(crate) async fn server(
        &self,
        name: &str,
        change: impl Fn(&mut Instance),
    ) -> Tracked<Instance> {
        let [tiny, ..] = Flavor::defaults();
        let mut instance = Instance::building(PROJECT, "alice", name, tiny);
        instance.image_ref = IMAGE.into();
        instance.vm_state = VmState::Active;
        instance.task_state = None;
        instance.host = Some("host-1".into());
        instance.node = Some("node-1".into());
        instance.launched_at = Some(DateTime::now());
        change(&mut instance);
        instance.create(&*self.store, &RequestContext::admin()).await.unwrap()
    }

    /// A compute service on `host-1` that reported `seconds` ago.
    pub(crate) async fn compute_service(&self, seconds: i64) {
        let mut service = Service::new("host-1", "nova-compute", "compute");
        service.last_seen_up = Some(DateTime::now().plus_seconds(-seconds));
        service.create(&*self.store, &RequestContext::admin()).await.unwrap();
    }

    /// The row of `instance` as it is now, even if it is deleted.
    pub(crate) async fn row(&self, instance: &Instance) -> Tracked<Instance> {
        let everything = RequestContext::admin().reading_deleted();
        Instance::get(&*self.store, &everything, &instance.uuid).await.unwrap()
    }

    /// Asks for something to be done to `instance`.
    pub(crate) async fn act(&self, token: &str, instance: &Instance, body: Value) -> Answer {
        self.post(token, &format!("/v2.1/servers/{}/action", instance.uuid), body).await
    }

    /// All instances there ever were.
    pub(crate) async fn instances(&self) -> Vec<Tracked<Instance>> {
        let everything = RequestContext::admin().reading_deleted();
        Instance::list(&*self.store, &everything, Query::all()).await.unwrap()
    }

    /// What was begun, in order.
    pub(crate) async fn actions(&self) -> Vec<String> {
        let admin = RequestContext::admin();
        let actions = InstanceAction::list(&*self.store, &admin, Query::all()).await.unwrap();
        actions.iter().map(|action| action.action.clone()).collect()
    }
}

impl Answer {
    /// The status and the body of a fault: name and message.
    pub(crate) fn fault(&self) -> (u16, &str, &str) {
        let (name, fault) = self.body.as_object().unwrap().iter().next().unwrap();
        assert_eq!(fault["code"], self.status.as_u16());
        (self.status.as_u16(), name, fault["message"].as_str().unwrap())
    }

    /// The names in a list of servers.
    pub(crate) fn names(&self) -> Vec<&str> {
        assert_eq!(self.status, 200, "{}", self.body);
        let servers = self.body["servers"].as_array().unwrap();
        servers.iter().map(|server| server["name"].as_str().unwrap()).collect()
    }
}

/// The smallest wish for a server.
pub(crate) fn wish() -> Value {
    json!({ "server": { "name": "web", "imageRef": IMAGE, "flavorRef": "1" } })
}

/// That wish, with `field` of the server as `value`; a null takes it away.
pub(crate) fn wish_with(field: &str, value: Value) -> Value {
    let mut wish = wish();
    let server = wish["server"].as_object_mut().unwrap();
    server.insert(field.into(), value);
    server.retain(|_, value| !value.is_null());
    wish
}
