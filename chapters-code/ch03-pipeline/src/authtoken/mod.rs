//! Asks the identity service who sent a token (`keystonemiddleware.auth_token`, 4.4.1).
//!
//! - [`identity`]: what is asked of the identity service, and what it says. It is a socket: chapter
//!   11 has the client that plugs into it.
//! - `auth_headers`: the headers by which the filters inside learn the answer.
//! - `token_cache`: the answers of the last minutes.

mod auth_headers;
pub mod identity;
mod token_cache;

use crate::{
    context,
    webob::{self, Asker, http_error, plain_error},
};
use async_trait::async_trait;
use auth_headers::{remove_auth_headers, set_service_headers, set_user_headers};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::TokenValidator;
use nova_objects::{RemoteError, Secret};
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use std::{sync::Arc, time::Duration};
use token_cache::{Answer, TokenCache};

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("keystonemiddleware.auth_token:filter_factory", factory);

/// How tokens are checked: `[keystone_authtoken]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where clients log in; a refusal tells them.
    pub auth_uri: String,
    /// For how long the identity service's answer is believed: so long a revoked token still
    /// opens the door. Zero asks every time.
    pub token_cache_time: Duration,
    /// Is a request without a good token somebody else's to refuse?
    pub delay_auth_decision: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            auth_uri: "http://127.0.0.1:5000/v3".into(),
            token_cache_time: Duration::from_secs(300),
            delay_auth_decision: false,
        }
    }
}

// ANCHOR: filter
/// Lets in who has a token that the identity service knows, and says in the request's headers who
/// that is.
///
/// Whatever a client writes into those headers is thrown away first. Who has no good token gets a
/// 401, and is told where to log in. If the identity service cannot be asked, nobody can be
/// let in, and that is nobody's fault: 503.
pub struct AuthProtocol {
    application: App,
    validator: Arc<dyn TokenValidator>,
    cache: TokenCache,
    options: Options,
}
// ANCHOR_END: filter

/// Makes the filter, around the [`TokenValidator`] that is plugged in.
///
/// # Errors
///
/// No [`TokenValidator`] is plugged in.
pub fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    let validator: Arc<dyn TokenValidator> = loader.plugs().get()?;
    let options: Options = loader.plugs().get_or_default();
    Ok(Box::new(move |app| Arc::new(AuthProtocol::new(app, validator, options))))
}

impl AuthProtocol {
    /// The filter around `application`.
    pub fn new(application: App, validator: Arc<dyn TokenValidator>, options: Options) -> Self {
        let cache = TokenCache::new(options.token_cache_time);
        Self { application, validator, cache, options }
    }

    // ANCHOR: process_request
    /// Writes into the headers of `request` who asks, and says whether that will do.
    async fn process_request(&self, request: &mut Request) -> Result<bool, RemoteError> {
        let user_token = token(request, &["x-auth-token", "x-storage-token"]);
        let user = self.fetch_token(request, user_token).await?;
        set_user_headers(request.headers_mut(), user.as_deref());

        // A service that asks for a user shows a token of its own beside the user's.
        let Some(service_token) = token(request, &["x-service-token"]) else {
            return Ok(user.is_some());
        };
        let service = self.fetch_token(request, Some(service_token)).await?;
        set_service_headers(request.headers_mut(), service.as_deref());
        Ok(user.is_some() && service.is_some())
    }

    /// Whose token it is; nobody's, if the identity service does not know it or it is too old.
    async fn fetch_token(&self, request: &Request, token: Option<Secret>) -> Answer {
        let Some(token) = token else { return Ok(None) };
        let environ = Environ::of(request);
        let validate = async {
            let context = context::anonymous(environ);
            self.validator.validate(&context, &token).await
        };
        self.cache.get_or_fetch(&token, validate).await
    }
    // ANCHOR_END: process_request
}

#[async_trait]
impl Application for AuthProtocol {
    // ANCHOR: call
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        let asker = Asker::of(&request);
        remove_auth_headers(request.headers_mut());
        let mut response = match self.process_request(&mut request).await {
            Ok(good) if good || self.options.delay_auth_decision => {
                self.application.call(request).await?
            }
            Ok(_) => webob::response(
                StatusCode::UNAUTHORIZED,
                webob::TEXT_HTML,
                "Authentication required".to_owned(),
            ),
            Err(error) => {
                tracing::error!("Unable to validate token: {error}");
                return Ok(plain_error(503, http_error(503).explanation, &asker));
            }
        };
        if response.status() == StatusCode::UNAUTHORIZED {
            self.say_where_to_log_in(response.headers_mut());
        }
        Ok(response)
    }
    // ANCHOR_END: call
}

impl AuthProtocol {
    fn say_where_to_log_in(&self, headers: &mut HeaderMap) {
        let challenge = format!("Keystone uri='{}'", self.options.auth_uri);
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
    }
}

/// The token in the first of these headers that is there.
fn token(request: &Request, names: &[&str]) -> Option<Secret> {
    let value = names.iter().find_map(|name| request.headers().get(*name))?;
    Some(Secret::from(String::from_utf8_lossy(value.as_bytes())))
}
