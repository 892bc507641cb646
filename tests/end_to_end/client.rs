//! A client that hides nothing: any method, any header, any body, and the answer as it came.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client as HttpClient, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// noauth2's administrator, of a project whose id may stand in a URL.
pub(crate) const ADMIN: &str = "admin:00000000000000000000000000000001";

/// A user like others, of another project.
pub(crate) const DEMO: &str = "demo:abc123";

/// Somebody who asks an endpoint for documents.
#[derive(Clone)]
pub(crate) struct Client {
    endpoint: String,
    token: Option<String>,
    http: HttpClient<HttpConnector, Full<Bytes>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Client {
    /// Somebody without a token.
    pub(crate) fn new(endpoint: &str) -> Self {
        let http = HttpClient::builder(TokioExecutor::new()).build_http();
        Self { endpoint: endpoint.into(), token: None, http }
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// What it shows to get in.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Where the API of all versions answers.
    pub(crate) fn root(&self) -> &str {
        self.endpoint.trim_end_matches("/v2.1")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let json = [("content-type", "application/json")];
        self.send(Method::POST, path, &json, body.to_string()).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint))
            .header(header::ACCEPT, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("x-auth-token", token);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        let (head, body) = self.http.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.into()).unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }
}

impl Answer {
    /// The document, of an answer with this status.
    #[track_caller]
    pub(crate) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A fault in three words: its status, what it is called, and what it says.
    #[track_caller]
    pub(crate) fn fault(&self) -> (u16, String, String) {
        let document = self.json(self.status);
        let faults = document.as_object().unwrap();
        let (name, fault) = faults.iter().next().unwrap();
        assert_eq!((faults.len(), &fault["code"]), (1, &self.status.into()), "{document}");
        (self.status, name.clone(), fault["message"].as_str().unwrap().to_owned())
    }
}
