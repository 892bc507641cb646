//! How a service of Nova asks a neighbour: plain HTTP, with the request's identity passed on
//! (`keystoneauth1.session`).

use crate::{
    asked::{Asked, Content},
    file_body::file_body,
    retries::{Lost, Retries},
};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, request::Builder};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use md5::{Digest, Md5};
use nova_objects::{
    RemoteError, RequestContext,
    hop::{self, Kind},
};
use nova_paste::{Body, body};
use serde_json::Value;
use std::{
    error::Error,
    panic::Location,
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    fs::File,
    io::AsyncWriteExt,
    time::{sleep, timeout},
};
use tracing::Instrument;

/// How long a neighbour may be silent, unless its client says otherwise.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long it may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest document that is read into memory.
const LONGEST_DOCUMENT: usize = 16 * 1024 * 1024;

/// A client of one neighbour.
#[derive(Clone)]
pub struct RestClient {
    service: &'static str,
    endpoints: Arc<[String]>,
    /// How often one of them was asked.
    turns: Arc<AtomicUsize>,
    timeout: Duration,
    retries: Retries,
    client: Client<HttpConnector, Body>,
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
            endpoints: [trimmed(endpoint)].into(),
            turns: Arc::default(),
            timeout: ANSWER_TIMEOUT,
            retries: Retries::NONE,
            client: Client::builder(TokioExecutor::new()).build(connector),
        }
    }

    /// The same client of a service that answers at several places, which are asked in turn.
    #[must_use]
    pub fn endpoints(self, endpoints: &[String]) -> Self {
        Self { endpoints: endpoints.iter().map(|it| trimmed(it)).collect(), ..self }
    }

    /// The same client, which waits so long for an answer to begin, and then for the whole of it;
    /// while content is sent or brought, for the next piece of it.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The same client, which asks again as `retries` say.
    #[must_use]
    pub fn retries(self, retries: Retries) -> Self {
        Self { retries, ..self }
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
        let content = body.map_or(Content::Nothing, |it| Content::Json(it.to_string().into()));
        self.ask(context, request, content, |answer| self.read(answer))
    }

    /// Sends `request` with the content of the file `source`, however long it is and takes.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), or the file cannot be read.
    #[track_caller]
    pub fn upload(
        &self,
        context: &RequestContext,
        request: Builder,
        source: &Path,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send {
        self.ask(context, request, Content::File(source), |answer| self.read(answer))
    }

    /// Sends `request`, and writes what a good answer brings into the new file `dest_path`,
    /// however long it is. The body of such an answer is its MD5, in hexadecimal digits.
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
        self.ask(context, request, Content::Nothing, move |answer| self.keep(answer, dest_path))
    }

    /// Sends a request until an answer begins, each time in a hop of its own, and has `finish` do
    /// the rest in the last one.
    #[track_caller]
    fn ask<W>(
        &self,
        context: &RequestContext,
        request: Builder,
        content: Content<'_>,
        finish: impl FnOnce(Response<Incoming>) -> W + Send,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send
    where
        W: Future<Output = Result<Answer, RemoteError>> + Send,
    {
        let location = Location::caller();
        async move {
            let head = request.body(()).map_err(|error| self.failed("InvalidURL", &error))?;
            let name = format!("{}  {} {}", self.service, head.method(), head.uri());
            let asked = Asked { head, content };
            let mut pauses = self.retries.pauses();
            loop {
                let (span, context) = hop::departure(Kind::Rest, &name, context, location);
                let began = self.begin(&context, &asked).instrument(span.clone()).await;
                let pause = match self.retries.may_repeat(asked.head.method(), &began) {
                    true => pauses.next(),
                    false => None,
                };
                let Some(pause) = pause else {
                    return self.told(began, finish).instrument(span).await;
                };
                span.in_scope(|| match &began {
                    Ok(answer) => hop::outcome(answer.status().as_u16()),
                    Err(lost) => hop::failed(&lost.error.class, &lost.error),
                });
                drop((began, span));
                sleep(pause).await;
            }
        }
    }

    /// The rest of an answer; its hop says how it ended.
    async fn told<W>(
        &self,
        began: Result<Response<Incoming>, Lost>,
        finish: impl FnOnce(Response<Incoming>) -> W,
    ) -> Result<Answer, RemoteError>
    where
        W: Future<Output = Result<Answer, RemoteError>>,
    {
        let answer = match began {
            Ok(answer) => finish(answer).await,
            Err(lost) => Err(lost.error),
        };
        match &answer {
            Ok(answer) => hop::outcome(answer.status.as_u16()),
            Err(error) => hop::failed(&error.class, error),
        }
        answer
    }

    /// Sends the request to whose turn it is, and waits for the head of the answer.
    async fn begin(
        &self,
        context: &RequestContext,
        asked: &Asked<'_>,
    ) -> Result<Response<Incoming>, Lost> {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed) % self.endpoints.len().max(1);
        let endpoint = self.endpoints.get(turn).map_or("", String::as_str);
        let lost = |class: &str, problem: &dyn std::fmt::Display, unsent: bool| Lost {
            error: self.failed_at(endpoint, class, problem),
            unsent,
        };
        let sent = Arc::new(AtomicU64::new(0));
        let (length, content) = match &asked.content {
            Content::Nothing => (None, body("")),
            Content::Json(json) => (None, body(json.clone())),
            Content::File(source) => {
                let unread = |error: std::io::Error| {
                    lost("OSError", &format!("{}: {error}", source.display()), false)
                };
                let file = File::open(source).await.map_err(unread)?;
                let length = file.metadata().await.map_err(unread)?.len();
                (Some(length), file_body(file, Arc::clone(&sent)))
            }
        };
        let request = asked.request(endpoint, context, length, content);
        let request = request.map_err(|error| lost("InvalidURL", &error, false))?;
        let mut asking = pin!(self.client.request(request));
        // ANCHOR: silence
        let mut before = 0;
        // As long as the neighbour takes what is sent, it is not silent.
        loop {
            match timeout(self.timeout, &mut asking).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => {
                    return Err(lost("ConnectFailure", root_cause(&error), error.is_connect()));
                }
                Err(_) if sent.load(Ordering::Relaxed) > before => {
                    before = sent.load(Ordering::Relaxed);
                }
                Err(_) => return Err(lost("ConnectTimeout", &"no answer in time", false)),
            }
        }
        // ANCHOR_END: silence
    }

    /// The whole answer.
    async fn read(&self, answer: Response<Incoming>) -> Result<Answer, RemoteError> {
        let (head, body) = answer.into_parts();
        let lost = |error: Box<dyn Error + Send + Sync>| {
            self.failed("ConnectFailure", root_cause(&*error))
        };
        let whole = Limited::new(body, LONGEST_DOCUMENT).collect();
        let body = self.in_time(async { whole.await.map_err(lost) }).await?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// The answer, whose body goes into a file if it is a good one.
    async fn keep(
        &self,
        answer: Response<Incoming>,
        dest_path: &Path,
    ) -> Result<Answer, RemoteError> {
        let unwritten = |error: std::io::Error| {
            self.failed("OSError", &format!("{}: {error}", dest_path.display()))
        };
        let (head, mut body) = answer.into_parts();
        let mut checksum = Md5::new();
        if head.status == StatusCode::OK {
            let mut file = File::create_new(dest_path).await.map_err(unwritten)?;
            while let Some(frame) = self.in_time(async { Ok(body.frame().await) }).await? {
                let lost = |error| self.failed("ConnectFailure", root_cause(&error));
                let data = frame.map_err(lost)?.into_data().unwrap_or_default();
                checksum.update(&data);
                file.write_all(&data).await.map_err(unwritten)?;
            }
            file.flush().await.map_err(unwritten)?;
        }
        let body = hex(&checksum.finalize()).into();
        Ok(Answer { status: head.status, headers: head.headers, body })
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
        self.failed_at(&self.endpoints.join(" or "), class, problem)
    }

    fn failed_at(
        &self,
        endpoint: &str,
        class: &str,
        problem: &(impl std::fmt::Display + ?Sized),
    ) -> RemoteError {
        RemoteError {
            class: class.to_owned(),
            module: "keystoneauth1.exceptions".to_owned(),
            message: format!("{} at {endpoint}: {problem}", self.service),
            kwargs: serde_json::Map::from_iter([("code".to_owned(), 503.into())]),
        }
    }
}

fn trimmed(endpoint: &str) -> String {
    endpoint.trim_end_matches('/').to_owned()
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is behind an error: a library says that it could not connect, the system says why.
fn root_cause<'e>(mut error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}
