//! Every way into the API, as the API itself lists them, and requests to go there with.

use crate::house::{House, plugs};
use http::StatusCode;
use http_body_util::BodyExt;
use nova_extensions::ApiRouterV21;
use nova_paste::{Environ, Request, body};
use nova_router::LeadsTo;

/// One HTTP method of one route.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) method: String,
    /// Its path, without the project: `/servers/{id}`.
    pub(crate) template: String,
    /// Does a project stand before that?
    pub(crate) project: bool,
    /// The actions that its bodies can name; empty if they name none.
    pub(crate) actions: Vec<&'static str>,
}

/// What stands in for an action of a route is not asked for by a body.
const STAND_INS: [&str; 4] = ["create", "show", "update", "delete"];

impl Way {
    /// All there are, those to nowhere left out.
    pub(crate) fn all(house: &House) -> Vec<Self> {
        let api = ApiRouterV21::new(&plugs(&house.store, &house.sockets)).unwrap();
        let somewhere = api.routes().filter(|route| route.location().is_some());
        let ways = somewhere.flat_map(|route| {
            let LeadsTo::Resource(resource) = route.leads_to() else { return Vec::new() };
            let names = resource.controller().wsgi_action_names();
            let named =
                |name: &&str| route.action_name() == Some("action") && !STAND_INS.contains(name);
            let actions: Vec<_> = names.filter(named).collect();
            let methods = route.allowed_methods().unwrap_or_default().iter();
            let way = |method: &String| Self {
                method: method.clone(),
                template: route.template(),
                project: route.path().starts_with("/{project_id"),
                actions: actions.clone(),
            };
            methods.map(way).collect()
        });
        ways.collect()
    }

    /// The names of the variables in its path.
    pub(crate) fn variables(&self) -> Vec<&str> {
        let pieces = self.template.split('{').skip(1);
        pieces.filter_map(|piece| piece.split('}').next()).collect()
    }
}

/// A request, byte for byte.
#[derive(Clone, Debug)]
pub(crate) struct Raw<'r> {
    /// Who asks: `user:project`.
    pub(crate) token: &'r str,
    pub(crate) method: &'r str,
    pub(crate) path: String,
    pub(crate) version: &'r str,
    pub(crate) content_type: &'r str,
    pub(crate) body: Vec<u8>,
}

impl House {
    /// What is answered; an error if the API panics.
    pub(crate) async fn send(&self, raw: &Raw<'_>) -> Result<(StatusCode, String), String> {
        let (path, query) = raw.path.split_once('?').unwrap_or((&raw.path, ""));
        let mut request = Request::new(body(raw.body.clone()));
        *request.method_mut() = raw.method.parse().unwrap();
        let headers = request.headers_mut();
        headers.insert("x-auth-token", raw.token.parse().unwrap());
        headers.insert("content-type", raw.content_type.parse().unwrap());
        headers.insert("x-openstack-nova-api-version", raw.version.parse().unwrap());
        let environ = Environ::of_mut(&mut request);
        environ.path_info = format!("/v2.1{path}");
        environ.query_string = query.into();
        let app = self.app.clone();
        let answer = tokio::spawn(async move { app.call(request).await }).await;
        let response = answer.map_err(|_| "panicked".to_owned())?.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }
}
