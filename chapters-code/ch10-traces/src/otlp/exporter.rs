//! Sends segments to a collector, and lets nobody wait for it.

use super::spans::request;
use crate::Segment;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, Uri, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

/// How many segments may wait. Those that find no room are lost.
const CAPACITY: usize = 4096;

/// How many segments are sent together.
const BATCH: usize = 256;

/// How long a batch that is not full waits for more.
const SPACING: Duration = Duration::from_millis(250);

/// How long a collector has for an answer, and to accept a connection.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The pauses before a batch is sent again that a collector could not take now.
const RETRIES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// How long the end of a process may wait for a collector.
const FLUSH: Duration = Duration::from_secs(2);

/// The time between two warnings.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// The longest answer that is read: a collector has little to say.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The URL names no collector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no URL of a collector such as http://127.0.0.1:4318")]
pub struct NotAnEndpoint(String);

/// What sends segments to a collector, as long as it is not stopped.
///
/// A collector that is away, slow or full costs a warning now and then, and what it did not take
/// is lost; nobody waits for it, and no more is kept for it than fits into a bounded queue.
pub struct Exporter {
    queue: mpsc::Sender<Segment>,
    stop: watch::Sender<bool>,
    task: JoinSet<()>,
    /// How many segments were seen that the collector has not taken.
    owed: Arc<AtomicUsize>,
}

impl Exporter {
    /// Starts to send to the collector at `endpoint`, `http://127.0.0.1:4318`. What has no lane is
    /// shown as a part of `lane`.
    ///
    /// # Errors
    ///
    /// `endpoint` is no such URL. A collector that does not answer is none: it may come later.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    pub fn start(endpoint: &str, lane: &str) -> Result<Self, NotAnEndpoint> {
        let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let url: Option<Uri> = url.parse().ok();
        let url = url.filter(|url| url.scheme_str() == Some("http") && url.host().is_some());
        let url = url.ok_or_else(|| NotAnEndpoint(endpoint.to_owned()))?;
        let (queue, segments) = mpsc::channel(CAPACITY);
        let (stop, stopped) = watch::channel(false);
        let owed = Arc::<AtomicUsize>::default();
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let sender = Sender {
            url,
            lane: lane.to_owned(),
            client: Client::builder(TokioExecutor::new()).build(connector),
            stopped,
            owed: Arc::clone(&owed),
            warned: None,
        };
        let mut task = JoinSet::new();
        task.spawn(sender.run(segments));
        Ok(Self { queue, stop, task, owed })
    }

    /// Takes segments: for [`FlowLayer::telling`](crate::FlowLayer::telling). It never waits.
    pub fn taker(&self) -> impl Fn(Segment) + Send + Sync + 'static {
        let (queue, owed) = (self.queue.clone(), Arc::clone(&self.owed));
        move |segment| {
            owed.fetch_add(1, Ordering::Relaxed);
            // What finds no room is lost.
            let _ = queue.try_send(segment);
        }
    }

    /// Sends the last, if the collector takes it soon. Gives back how many segments it never took.
    pub async fn stop(mut self) -> usize {
        // If the task is gone, nobody has to be told.
        let _ = self.stop.send(true);
        // Ended or late: what is owed says it.
        let _ = timeout(FLUSH, self.task.join_next()).await;
        self.owed.load(Ordering::Relaxed)
    }
}

/// The end of the queue.
struct Sender {
    url: Uri,
    lane: String,
    client: Client<HttpConnector, Full<Bytes>>,
    stopped: watch::Receiver<bool>,
    owed: Arc<AtomicUsize>,
    warned: Option<Instant>,
}

/// Why a batch was not taken, and whether it makes sense to send it again.
struct Refusal {
    why: String,
    for_now: bool,
}

impl Sender {
    async fn run(mut self, mut segments: mpsc::Receiver<Segment>) {
        let mut batch = Vec::with_capacity(BATCH);
        while !*self.stopped.borrow() {
            tokio::select! {
                _ = self.stopped.wait_for(|&stopped| stopped) => break,
                got = segments.recv_many(&mut batch, BATCH) => if got == 0 { break },
            }
            if batch.len() < BATCH {
                self.pause(SPACING).await;
            }
            while batch.len() < BATCH
                && let Ok(segment) = segments.try_recv()
            {
                batch.push(segment);
            }
            self.deliver(&batch).await;
            batch.clear();
        }
        segments.close();
        while segments.recv_many(&mut batch, BATCH).await > 0 {
            self.deliver(&batch).await;
            batch.clear();
        }
    }

    /// Waits, but not longer than anybody wants spans.
    async fn pause(&mut self, pause: Duration) {
        tokio::select! {
            _ = self.stopped.wait_for(|&stopped| stopped) => {}
            () = sleep(pause) => {}
        }
    }

    async fn deliver(&mut self, batch: &[Segment]) {
        // Encoded once: a span that is sent again is the same span.
        let body = Bytes::from(request(batch, &self.lane).encode_to_vec());
        let mut pauses = RETRIES.into_iter();
        loop {
            let Err(refusal) = self.post(body.clone()).await else {
                self.owed.fetch_sub(batch.len(), Ordering::Relaxed);
                return;
            };
            self.warn(&refusal.why);
            let pause = pauses.next().filter(|_| refusal.for_now && !*self.stopped.borrow());
            let Some(pause) = pause else { return };
            self.pause(pause).await;
        }
    }

    async fn post(&self, body: Bytes) -> Result<(), Refusal> {
        let late = |_| Refusal { why: "no answer in time".into(), for_now: true };
        timeout(ANSWER_TIMEOUT, self.answer(body)).await.map_err(late)?
    }

    async fn answer(&self, body: Bytes) -> Result<(), Refusal> {
        let mut request = Request::post(self.url.clone());
        let protobuf = HeaderValue::from_static("application/x-protobuf");
        if let Some(headers) = request.headers_mut() {
            headers.insert(CONTENT_TYPE, protobuf);
        }
        let never = |error: http::Error| Refusal { why: error.to_string(), for_now: false };
        let request = request.body(Full::from(body)).map_err(never)?;
        let away =
            |error: &(dyn Error + 'static)| Refusal { why: root_cause(error), for_now: true };
        let answer = self.client.request(request).await.map_err(|error| away(&error))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
        let body = body.map_err(|error| away(&*error))?.to_bytes();
        match status {
            StatusCode::OK => {
                // It may take some and refuse others.
                let said = ExportTraceServiceResponse::decode(body).unwrap_or_default();
                let refused = said.partial_success.filter(|some| some.rejected_spans > 0);
                if let Some(some) = refused {
                    tracing::debug!(spans = some.rejected_spans, "refused: {}", some.error_message);
                }
                Ok(())
            }
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                Err(Refusal { why: status.to_string(), for_now: true })
            }
            _ => Err(Refusal { why: status.to_string(), for_now: false }),
        }
    }

    fn warn(&mut self, why: &str) {
        if self.warned.is_none_or(|before| before.elapsed() >= WARN_EVERY) {
            self.warned = Some(Instant::now());
            tracing::warn!("the collector at {} does not take what was seen: {why}", self.url);
        }
    }
}

/// What is behind an error: a library says that it could not connect, the system says why.
fn root_cause(mut error: &(dyn Error + 'static)) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
