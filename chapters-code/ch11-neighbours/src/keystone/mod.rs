//! A small Keystone: who you are, for which project, and where the other services are
//! (keystone 9.0.0, of the same release as Nova 13.0.0).
//!
//! - [`identities`], `identities_file`: who may log in, read from a file.
//! - [`mod@catalog`]: where the services are.
//! - `auth_request`, `authenticate`, `tokens`, `auth`: what a client says to log in; whether that is
//!   true; what is given out for it; asking whose it is.
//! - `documents`: the lists of projects, users, roles and the like.
//! - `versions`, `error`: which versions there are, and how a refusal reads.
//! - [`client`]: the other side, as Nova asks.

mod auth;
mod auth_request;
mod authenticate;
pub mod catalog;
pub mod client;
mod documents;
mod error;
pub mod identities;
mod identities_file;
mod tokens;
mod versions;

pub use catalog::catalog;
pub use client::{Credentials, KeystoneClient};
pub use identities::{Identities, User};

use error::KeystoneError;
use nova_objects::{Plugs, Secret};
use nova_paste::{
    App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteConfig, PasteError, Registry,
};
use nova_pipeline::authtoken::identity::CatalogService;
use nova_router::{ApiError, ApiRequest, ApiResponse, Mapper, Method, Router};
use std::{sync::Arc, time::Duration};
use tokens::{Issued, Tokens};

/// The apps that a paste file may name.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] = &[
    versions::ENTRY_POINT,
    EntryPoint::app("keystone.version.service:v3_app_factory", v3_app_factory),
];

/// What a small Keystone knows.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who may log in.
    pub identities: Identities,
    /// Where the services are: see [`catalog()`].
    pub catalog: Vec<CatalogService>,
    /// `[token] expiration`: for how long a token is good.
    pub token_expiration: Duration,
}

/// The identity service, loaded from its own paste file.
///
/// # Errors
///
/// The file that is built in is bad, which a test would have found.
pub fn app(options: Options) -> Result<App, PasteError> {
    let registry = Registry::new(Plugs::default().plug(options))
        .install("Paste", nova_urlmap::PASTE_ENTRY_POINTS)
        .install("nova", nova_pipeline::ENTRY_POINTS)
        .install("keystone", ENTRY_POINTS);
    let file = include_str!("../../etc/keystone-paste.ini");
    let config = PasteConfig::parse("keystone-paste.ini", file)?;
    Ok(config.loader(&registry).load_app("keystone")?.0)
}

/// What all controllers of the v3 API share.
struct Keystone {
    identities: Identities,
    catalog: Vec<CatalogService>,
    tokens: Tokens,
}

fn v3_app_factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let Options { identities, catalog, token_expiration } = loader.plugs().get()?;
    let tokens = Tokens::new(token_expiration);
    let keystone = Arc::new(Keystone { identities, catalog, tokens });
    let mut mapper = Mapper::default();
    versions::connect(&mut mapper);
    auth::connect(&mut mapper, &keystone);
    documents::connect(&mut mapper, &keystone);
    let router = Router::new(mapper).map_err(|e| PasteError::value_error(e.to_string()))?;
    Ok(Arc::new(router))
}

impl Keystone {
    /// Who asks, by the token in `X-Auth-Token`.
    fn caller(&self, request: &ApiRequest) -> Result<Arc<Issued>, KeystoneError> {
        let token = header(request, "x-auth-token");
        let caller = token.and_then(|token| self.tokens.get(&token));
        caller.ok_or(KeystoneError::Unauthorized)
    }
}

/// A secret that a request has in its headers.
fn header(request: &ApiRequest, name: &str) -> Option<Secret> {
    let value = request.headers.get(name)?;
    Some(Secret::from(value.to_str().ok()?))
}

/// May the caller do what an administrator may?
fn is_admin(caller: &Issued) -> bool {
    caller.access.roles.iter().any(|role| role.name == identities::ADMIN)
}

/// A controller's method whose refusals have Keystone's own form.
#[track_caller]
fn method<S, F, A>(function: F) -> Method<S>
where
    S: Send + Sync + 'static,
    F: Fn(Arc<S>, ApiRequest) -> A + Send + Sync + 'static,
    A: Future<Output = Result<ApiResponse, KeystoneError>> + Send + 'static,
{
    nova_router::method(move |state, request| {
        let auth_url = request.environ.application_url();
        let answer = function(state, request);
        async move { Ok::<_, ApiError>(answer.await.unwrap_or_else(|e| e.answer(&auth_url))) }
    })
}
