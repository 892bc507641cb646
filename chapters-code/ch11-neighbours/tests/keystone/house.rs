//! A small Keystone with a few people in it.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::BodyExt;
use nova_neighbours::keystone::{self, Identities, Options, catalog};
use nova_paste::{App, Environ, Request, body, wsgi_encode};
use serde_json::{Value, json};
use std::time::Duration;

/// Who there is. A password is the name and `-secret`.
const IDENTITIES: &str = "
[project:admin]
[project:demo]
id = c0ffee
[project:other]
[project:service]

[user:root]
password = root-secret
roles = admin on admin, admin on demo
[user:alice]
id = a11ce
password = alice-secret
roles = member on demo, reader on demo
[user:bob]
password = bob-secret
roles = member on other
[user:nova]
password = nova-secret
roles = service on service
[user:nobody]
password = nobody-secret
";

/// The projects in which these have roles.
pub(crate) const HOMES: [(&str, &str); 4] =
    [("root", "admin"), ("alice", "demo"), ("bob", "other"), ("nova", "service")];

pub(crate) const HOST: &str = "http://keystone:5000";

/// What Keystone says to everybody who cannot come in.
pub(crate) const UNAUTHORIZED: &str = "The request you have made requires authentication.";

pub(crate) struct House {
    pub(crate) app: App,
}

/// What it answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with_tokens_for(Duration::from_secs(3600))
    }

    pub(crate) fn with_tokens_for(token_expiration: Duration) -> Self {
        let identities = Identities::parse("test.ini", IDENTITIES).unwrap();
        let services = [
            ("identity", "keystone", "http://keystone:5000/v3"),
            ("compute", "nova", "http://nova:8774/v2.1"),
        ];
        let catalog = catalog("RegionOne", &services);
        let app = keystone::app(Options { identities, catalog, token_expiration }).unwrap();
        Self { app }
    }

    /// Asks `line`, `GET /v3/projects`, with these headers and this body.
    pub(crate) async fn ask(
        &self,
        line: &str,
        headers: &[(&str, &[u8])],
        content: impl Into<Vec<u8>>,
    ) -> Answer {
        let (method, url) = line.split_once(' ').unwrap();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut request = Request::new(body(content.into()));
        *request.method_mut() = method.parse::<Method>().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_bytes(value).unwrap());
        }
        let environ = Environ::of_mut(&mut request);
        (environ.url_scheme, environ.host) = ("http".into(), "keystone:5000".into());
        environ.path_info = wsgi_encode(path.as_bytes());
        environ.query_string = query.into();
        let response = self.app.call(request).await.unwrap();
        let (head, content) = response.into_parts();
        let bytes = content.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// Asks with `token`.
    pub(crate) async fn with(&self, token: &str, line: &str) -> Answer {
        self.ask(line, &[("x-auth-token", token.as_bytes())], "").await
    }

    /// Asks with the token `caller` about the token `subject`.
    pub(crate) async fn about(&self, method: &str, caller: &str, subject: &str) -> Answer {
        let headers =
            [("x-auth-token", caller.as_bytes()), ("x-subject-token", subject.as_bytes())];
        self.ask(&format!("{method} /v3/auth/tokens"), &headers, "").await
    }

    /// Posts `auth` to where tokens are given out.
    pub(crate) async fn post(&self, auth: Value) -> Answer {
        let content = json!({ "auth": auth }).to_string();
        self.ask("POST /v3/auth/tokens", &[("content-type", b"application/json")], content).await
    }

    /// A token of `user`, for the project that is his home, if he has one.
    pub(crate) async fn token(&self, user: &str) -> String {
        let home = HOMES.iter().find(|(name, _)| *name == user);
        let scope = home.map_or(json!("unscoped"), |(_, home)| project(home));
        self.scoped(user, scope).await
    }

    pub(crate) async fn scoped(&self, user: &str, scope: Value) -> String {
        self.post(json!({ "identity": password(user), "scope": scope })).await.token().to_owned()
    }
}

impl Answer {
    /// The token that was given out.
    pub(crate) fn token(&self) -> &str {
        assert_eq!(self.status, 201, "{}", self.text);
        self.headers["x-subject-token"].to_str().unwrap()
    }

    /// The status and the message of a refusal in Keystone's own form.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        let error = &self.body["error"];
        assert_eq!(self.headers["content-type"], "application/json", "{}", self.text);
        assert_eq!(error["code"], self.status, "{}", self.text);
        assert!(error["title"].is_string(), "{}", self.text);
        (self.status, error["message"].as_str().unwrap())
    }

    /// The names in the list `collection`.
    pub(crate) fn names(&self, collection: &str) -> Vec<&str> {
        assert_eq!(self.status, 200, "{}", self.text);
        let rows = self.body[collection].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
    }
}

/// `user` of the one domain there is, and his password.
pub(crate) fn user(name: &str) -> Value {
    json!({ "name": name, "domain": { "id": "default" }, "password": format!("{name}-secret") })
}

/// The proof that one is `name`.
pub(crate) fn password(name: &str) -> Value {
    json!({ "methods": ["password"], "password": { "user": user(name) } })
}

/// The proof that one has `token`.
pub(crate) fn token(token: &str) -> Value {
    json!({ "methods": ["token"], "token": { "id": token } })
}

/// A token for this project, please.
pub(crate) fn project(name: &str) -> Value {
    json!({ "project": { "name": name, "domain": { "name": "Default" } } })
}
