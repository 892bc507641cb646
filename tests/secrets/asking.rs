//! A client whose secrets are everywhere, and a log that hears everything.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

/// Everything that was logged.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) type Http = Client<HttpConnector, Full<Bytes>>;

/// Asks, with `token` in every header that could hold one: status, token and request id of an answer.
pub(crate) async fn ask(
    http: &Http,
    url: &str,
    token: &str,
    body: &Value,
) -> (u16, String, String) {
    let get = body.is_null();
    let request = http::Request::builder()
        .method(if get { "GET" } else { "POST" })
        .uri(url)
        .header("content-type", "application/json")
        .header("x-auth-token", token)
        .header("x-service-token", token)
        .header("authorization", format!("Bearer {token}"))
        .body(Full::from(if get { String::new() } else { body.to_string() }))
        .unwrap();
    let (head, body) = http.request(request).await.unwrap().into_parts();
    body.collect().await.unwrap();
    let header = |name: &str| {
        let value = head.headers.get(name);
        value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    (head.status.as_u16(), header("x-subject-token"), header("x-compute-request-id"))
}

/// What to send to log in as the administrator.
pub(crate) fn wish(password: &str) -> Value {
    let domain = json!({ "name": "Default" });
    let user = json!({ "name": "admin", "password": password, "domain": domain });
    json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } },
        "scope": { "project": { "name": "admin", "domain": domain } },
    }})
}
