//! The identity service as Nova asks it (`keystonemiddleware.auth_token._identity`).

use crate::{RestClient, Retries, asked::secret};
use async_trait::async_trait;
use http::{Request, StatusCode};
use nova_objects::{RemoteError, RequestContext, Secret};
use nova_pipeline::authtoken::identity::{AccessInfo, TokenValidator};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::OnceCell;

/// As whom a service logs in, to be allowed to ask: `[keystone_authtoken]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub username: String,
    /// The user's password.
    pub password: Secret,
    /// The project's name.
    pub project_name: String,
    /// The name of the user's domain.
    pub user_domain_name: String,
    /// The name of the project's domain.
    pub project_domain_name: String,
}

/// Asks a Keystone, ours or a real one, whose a token is.
pub struct KeystoneClient {
    rest: RestClient,
    credentials: Credentials,
    /// The service's own token, once it has logged in: a new cell for each login.
    own_token: Mutex<Arc<OnceCell<Secret>>>,
}

#[derive(Deserialize)]
struct Document {
    token: AccessInfo,
}

impl KeystoneClient {
    /// A client of the Keystone at `auth_url` (`http://127.0.0.1:5000/v3`), which it gives so much
    /// time for each answer.
    pub fn new(auth_url: &str, credentials: Credentials, timeout: Duration) -> Self {
        let rest = RestClient::new("keystone", auth_url).timeout(timeout);
        Self { rest, credentials, own_token: Mutex::default() }
    }

    /// The same client, which asks a Keystone that it does not reach so often once more:
    /// `[keystone_authtoken] http_request_max_retries`.
    #[must_use]
    pub fn http_request_max_retries(mut self, times: u32) -> Self {
        let pause = Duration::from_millis(500);
        let retries = Retries { times, pause, growth: 2, if_unavailable: false };
        self.rest = self.rest.retries(retries);
        self
    }

    // ANCHOR: log_in
    /// Logs in.
    ///
    /// # Errors
    ///
    /// Keystone cannot be reached, or does not know the password.
    pub async fn log_in(&self, context: &RequestContext) -> Result<Secret, RemoteError> {
        let wish = self.credentials.auth_request();
        let nobody = RequestContext { auth_token: None, ..context.clone() };
        let answer = self.rest.send(&nobody, Request::post("/auth/tokens"), Some(&wish)).await?;
        let token = answer.headers.get("x-subject-token").and_then(|token| token.to_str().ok());
        match (answer.status, token) {
            (StatusCode::CREATED, Some(token)) => Ok(Secret::from(token)),
            (status, _) => {
                let user = &self.credentials.username;
                let lost = status == StatusCode::NOT_FOUND;
                let advice = if lost { " (does auth_url end in /v3?)" } else { "" };
                let problem = format!("{user} cannot log in: {status}{advice}");
                Err(self.rest.failed("ServiceError", &problem))
            }
        }
    }
    // ANCHOR_END: log_in

    /// The service's own token. Of many who need one at the same time, one logs in and the others
    /// wait for it; nobody longer than for any other answer.
    async fn own_token(&self, context: &RequestContext) -> Result<Secret, RemoteError> {
        let cell = Arc::clone(&*self.cell());
        let token = self.rest.in_time(cell.get_or_try_init(|| self.log_in(context))).await?;
        Ok(token.clone())
    }

    /// Forgets `token`, unless somebody else has logged in since.
    fn forget(&self, token: &Secret) {
        let mut cell = self.cell();
        if cell.get() == Some(token) {
            *cell = Arc::default();
        }
    }

    fn cell(&self) -> MutexGuard<'_, Arc<OnceCell<Secret>>> {
        self.own_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TokenValidator for KeystoneClient {
    // ANCHOR: validate
    async fn validate(
        &self,
        context: &RequestContext,
        token: &Secret,
    ) -> Result<Option<AccessInfo>, RemoteError> {
        // What is no header can be no token.
        let Ok(subject) = secret(token) else { return Ok(None) };
        // Our own token may have expired since we logged in: then once more.
        for _ in 0..2 {
            let own_token = self.own_token(context).await?;
            let auth_token = Some(own_token.clone());
            let context = RequestContext { auth_token, ..context.clone() };
            let request = Request::get("/auth/tokens").header("x-subject-token", subject.clone());
            let answer = self.rest.send(&context, request, None).await?;
            match answer.status {
                StatusCode::OK => {
                    // What serde says of a text could quote it, and it may be a token.
                    let document: Option<Document> = serde_json::from_slice(&answer.body).ok();
                    let wrong = || self.rest.failed("ServiceError", "answered with no token");
                    return document.map(|it| Some(it.token)).ok_or_else(wrong);
                }
                StatusCode::NOT_FOUND => return Ok(None),
                StatusCode::UNAUTHORIZED => self.forget(&own_token),
                other => {
                    return Err(self.rest.failed("ServiceError", &format!("answered {other}")));
                }
            }
        }
        Err(self.rest.failed("ServiceError", "rejects the service's own token"))
    }
    // ANCHOR_END: validate
}

impl Credentials {
    /// The body of `POST /v3/auth/tokens`.
    fn auth_request(&self) -> Value {
        let user = json!({
            "name": self.username,
            "password": self.password,
            "domain": { "name": self.user_domain_name },
        });
        let project = json!({
            "name": self.project_name,
            "domain": { "name": self.project_domain_name },
        });
        json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": user } },
            "scope": { "project": project },
        }})
    }
}
