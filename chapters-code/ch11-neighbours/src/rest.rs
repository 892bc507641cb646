//! How a service of Nova asks a neighbour: plain HTTP, with the request's identity passed on
//! (`keystoneauth1.session`).

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header, request::Builder};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use nova_objects::{
    RemoteError, RequestContext, Secret,
    hop::{self, Kind},
};
use serde_json::Value;
use std::{error::Error, panic::Location, path::Path, time::Duration};
use tokio::{fs::File, io::AsyncWriteExt, time::timeout};
use tracing::Instrument;

/// How long a neighbour may take to answer, unless its client says otherwise.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long it may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest document that is read into memory.
const LONGEST_DOCUMENT: usize = 16 * 1024 * 1024;

/// A client of one neighbour.
#[derive(Clone)]
pub struct RestClient {
    service: &'static str,
    endpoint: String,
    timeout: Duration,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What a neighbour answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl RestClient {
    /// A client of `service`, which answers at `endpoint`: `http://127.0.0.1:9292`.
    pub fn new(service: &'static str, endpoint: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        Self {
            service,
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            timeout: ANSWER_TIMEOUT,
            client: Client::builder(TokioExecutor::new()).build(connector),
        }
    }

    /// The same client, which waits so long for an answer, connection and body included.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Asks for the document at `path`.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    #[track_caller]
    pub fn get(
        &self,
        context: &RequestContext,
        path: &str,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send {
        self.send(context, Request::get(path), None)
    }

    /// Sends `request`, which names a path of this neighbour, with a JSON body if there is one.
    /// Any status is an answer.
    ///
    /// # Errors
    ///
    /// The neighbour cannot be reached, takes too long, or sends more than anybody should.
    #[track_caller]
    pub fn send(
        &self,
        context: &RequestContext,
        request: Builder,
        body: Option<&Value>,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send {
        let body = body.map(|body| ("application/json", Bytes::from(body.to_string())));
        self.send_data(context, request, body)
    }

    /// Sends `request` as [`send`](Self::send) does, with a body of any type. A type that the
    /// request names itself goes before.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    #[track_caller]
    pub fn send_data(
        &self,
        context: &RequestContext,
        request: Builder,
        body: Option<(&str, Bytes)>,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send {
        self.departure(context, request, body, move |request| {
            self.in_time(async {
                let (head, body) = self.begin(request).await?.into_parts();
                let body = Limited::new(body, LONGEST_DOCUMENT).collect().await;
                let lost = |error: Box<dyn Error + Send + Sync>| {
                    self.failed("ConnectFailure", root_cause(&*error))
                };
                let body = body.map_err(lost)?.to_bytes();
                Ok(Answer { status: head.status, headers: head.headers, body })
            })
        })
    }

    /// Sends `request`, and writes what a good answer brings into the new file `dest_path`,
    /// however long it is. The body of such an answer is empty.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), or the file cannot be written. What has been written stays.
    #[track_caller]
    pub fn download(
        &self,
        context: &RequestContext,
        request: Builder,
        dest_path: &Path,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send {
        self.departure(context, request, None, move |request| self.fetch(request, dest_path))
    }

    async fn fetch(
        &self,
        request: Request<Full<Bytes>>,
        dest_path: &Path,
    ) -> Result<Answer, RemoteError> {
        let unwritten = |error: std::io::Error| {
            self.failed("OSError", &format!("{}: {error}", dest_path.display()))
        };
        let (head, mut body) = self.in_time(self.begin(request)).await?.into_parts();
        if head.status == StatusCode::OK {
            let mut file = File::create_new(dest_path).await.map_err(unwritten)?;
            while let Some(frame) = self.in_time(async { Ok(body.frame().await) }).await? {
                let lost = |error| self.failed("ConnectFailure", root_cause(&error));
                let data = frame.map_err(lost)?.into_data().unwrap_or_default();
                file.write_all(&data).await.map_err(unwritten)?;
            }
            file.flush().await.map_err(unwritten)?;
        }
        Ok(Answer { status: head.status, headers: head.headers, body: Bytes::new() })
    }

    /// Opens the hop of a request, and does `work` with the request in it.
    #[track_caller]
    fn departure<W>(
        &self,
        context: &RequestContext,
        request: Builder,
        body: Option<(&str, Bytes)>,
        work: impl FnOnce(Request<Full<Bytes>>) -> W + Send,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send
    where
        W: Future<Output = Result<Answer, RemoteError>> + Send,
    {
        let path = request.uri_ref().map(ToString::to_string).unwrap_or_default();
        let method = request.method_ref().map(ToString::to_string).unwrap_or_default();
        let name = format!("{}  {method} {path}", self.service);
        let (span, context) = hop::departure(Kind::Rest, &name, context, Location::caller());
        let request = self.request(&context, request, &path, body);
        let told = async move {
            let answer = match request {
                Ok(request) => work(request).await,
                Err(error) => Err(self.failed("InvalidURL", &error)),
            };
            match &answer {
                Ok(answer) => hop::outcome(answer.status.as_u16()),
                Err(error) => hop::failed(&error.class, error),
            }
            answer
        };
        told.instrument(span)
    }

    /// The request, with this neighbour's address, and with what says who asks.
    fn request(
        &self,
        context: &RequestContext,
        request: Builder,
        path: &str,
        body: Option<(&str, Bytes)>,
    ) -> Result<Request<Full<Bytes>>, http::Error> {
        let mut request = request
            .uri(format!("{}{path}", self.endpoint))
            .header(header::ACCEPT, "application/json")
            .header("x-openstack-request-id", &context.request_id);
        if let Some(token) = &context.auth_token {
            request = request.header("x-auth-token", secret(token)?);
        }
        if let Some(traceparent) = context.traceparent {
            request = request.header("traceparent", traceparent.to_string());
        }
        let named = request.headers_ref().is_some_and(|all| all.contains_key(header::CONTENT_TYPE));
        if let Some((content_type, _)) = body.as_ref().filter(|_| !named) {
            request = request.header(header::CONTENT_TYPE, *content_type);
        }
        request.body(Full::from(body.map(|(_, data)| data).unwrap_or_default()))
    }

    /// Sends the request, and waits for the head of the answer.
    async fn begin(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<http::Response<Incoming>, RemoteError> {
        let begun = self.client.request(request).await;
        begun.map_err(|error| self.failed("ConnectFailure", root_cause(&error)))
    }

    /// Waits for an answer, as long as this neighbour may take.
    pub(crate) async fn in_time<A>(
        &self,
        asked: impl Future<Output = Result<A, RemoteError>>,
    ) -> Result<A, RemoteError> {
        let late = |_| self.failed("ConnectTimeout", &"no answer in time");
        timeout(self.timeout, asked).await.map_err(late)?
    }

    /// The error of an answer that is none.
    pub(crate) fn failed(
        &self,
        class: &str,
        problem: &(impl std::fmt::Display + ?Sized),
    ) -> RemoteError {
        RemoteError {
            class: class.to_owned(),
            module: "keystoneauth1.exceptions".to_owned(),
            message: format!("{} at {}: {problem}", self.service, self.endpoint),
            kwargs: serde_json::Map::from_iter([("code".to_owned(), 503.into())]),
        }
    }
}

/// A header's value that `{:?}` does not show.
///
/// # Errors
///
/// No header can carry it.
pub(crate) fn secret(secret: &Secret) -> Result<HeaderValue, http::Error> {
    let mut value = HeaderValue::try_from(secret.expose())?;
    value.set_sensitive(true);
    Ok(value)
}

/// What is behind an error: a library says that it could not connect, the system says why.
fn root_cause<'e>(mut error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}
