//! Sending: call, cast, fanout (`oslo_messaging/rpc/client.py`).

use crate::{
    Address, MessagingError, Reply, ReplyTo, Request, Target, Transport, envelope,
    message::{self, new_id, pack_context},
    replies::ReplyQueue,
};
use nova_objects::{
    RemoteError, RequestContext,
    hop::{self, Kind},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{panic::Location, sync::Arc, time::Duration};
use tokio::{
    sync::OnceCell,
    time::{Instant, timeout},
};
use tracing::{Instrument, Span};

/// How long a call waits if nobody says otherwise (`rpc_response_timeout`).
pub const RPC_RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);

/// Sends messages to the servers of one target.
///
/// [`prepare`](Self::prepare) gives a client for one message that differs from the others, as in
/// Nova: `client.prepare().server("host-2").cast(...)`.
#[derive(Clone)]
pub struct RpcClient {
    transport: Arc<dyn Transport>,
    target: Target,
    timeout: Duration,
    call_monitor_timeout: Option<Duration>,
    outcome: Option<String>,
    host: Option<String>,
    replies: Arc<OnceCell<ReplyQueue>>,
}

impl RpcClient {
    /// A client of the servers that `target` means.
    pub fn new(transport: Arc<dyn Transport>, target: Target) -> Self {
        Self {
            transport,
            target,
            timeout: RPC_RESPONSE_TIMEOUT,
            call_monitor_timeout: None,
            outcome: None,
            host: None,
            replies: Arc::default(),
        }
    }

    /// The same client, to be changed for one message. It shares the reply queue.
    #[must_use]
    pub fn prepare(&self) -> Self {
        self.clone()
    }

    /// To the servers of this topic.
    #[must_use]
    pub fn topic(mut self, topic: impl Into<String>) -> Self {
        self.target.topic = topic.into();
        self
    }

    /// To the server on this host and no other.
    #[must_use]
    pub fn server(mut self, host: impl Into<String>) -> Self {
        self.target = self.target.server(host);
        self
    }

    /// To all servers of the topic.
    #[must_use]
    pub fn fanout(mut self) -> Self {
        self.target.fanout = true;
        self
    }

    /// To the methods of this namespace.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.target = self.target.namespace(namespace);
        self
    }

    /// For servers that have at least this version of the methods.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.target = self.target.version(version);
        self
    }

    /// A call waits no longer than this.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// A call may take as long as its timeout, but a server that gives no sign of life for so many
    /// whole seconds counts as dead. From 2 seconds on, servers give one twice as often.
    #[must_use]
    pub fn call_monitor_timeout(mut self, timeout: Duration) -> Self {
        self.call_monitor_timeout = Some(timeout);
        self
    }

    /// Says in each message that it comes from `host`. Nova has no such key: who does not know it
    /// drops it.
    #[must_use]
    pub fn on_behalf_of(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// What a reader of the trace wants to know of the message, unless it fails.
    #[must_use]
    pub fn outcome(mut self, text: impl Into<String>) -> Self {
        self.outcome = Some(text.into());
        self
    }

    /// Sends the message and returns: whether anybody runs the method, nobody will say.
    ///
    /// # Errors
    ///
    /// The message could not be sent.
    #[track_caller]
    pub fn cast<A: Serialize + Sync>(
        &self,
        context: &RequestContext,
        method: &str,
        args: &A,
    ) -> impl Future<Output = Result<(), RemoteError>> + Send {
        let kind = if self.target.fanout { Kind::Fanout } else { Kind::Cast };
        let (span, context) = self.departure(kind, context, method, Location::caller());
        let send = async move {
            let result = self.send(&context, method, args).await.map_err(RemoteError::from);
            self.tell(&result);
            result
        };
        send.instrument(span)
    }

    /// Sends the message and waits for what the method gives back.
    ///
    /// # Errors
    ///
    /// The error of the method, by its Nova name; or that of the messaging layer:
    /// `MessagingTimeout`, `NoSuchMethod`, `UnsupportedVersion`.
    #[track_caller]
    pub fn call<A: Serialize + Sync, R: DeserializeOwned>(
        &self,
        context: &RequestContext,
        method: &str,
        args: &A,
    ) -> impl Future<Output = Result<R, RemoteError>> + Send {
        let (span, context) = self.departure(Kind::Call, context, method, Location::caller());
        let ask = async move {
            let result = self.ask(&context, method, args).await;
            self.tell(&result);
            result
        };
        ask.instrument(span)
    }

    fn departure(
        &self,
        kind: Kind,
        context: &RequestContext,
        method: &str,
        location: &'static Location<'static>,
    ) -> (Span, RequestContext) {
        let separator = if self.target.server.is_some() { ' ' } else { '.' };
        let name = format_args!("{}{separator}{method}", self.target);
        hop::departure(kind, &name, context, location)
    }

    fn tell<T>(&self, result: &Result<T, RemoteError>) {
        match (result, &self.outcome) {
            (Err(error), _) => {
                hop::failed(&error.class, format_args!("{}: {error}", error.class));
            }
            (Ok(_), Some(outcome)) => hop::outcome(outcome),
            (Ok(_), None) => {}
        }
    }

    async fn send<A: Serialize>(
        &self,
        context: &RequestContext,
        method: &str,
        args: &A,
    ) -> Result<(), MessagingError> {
        let body = envelope::seal(&self.request(context, method, args, None)?)?;
        self.transport.publish(&Address::of(&self.target), body, None).await
    }

    async fn ask<A: Serialize, R: DeserializeOwned>(
        &self,
        context: &RequestContext,
        method: &str,
        args: &A,
    ) -> Result<R, RemoteError> {
        if self.target.fanout {
            return Err(MessagingError::InvalidTarget("A call cannot be used with fanout").into());
        }
        let (msg_id, asked) = (new_id(), Instant::now());
        let answer = self.exchange(context, method, args, &msg_id);
        match timeout(self.timeout, answer).await {
            Ok(Ok(reply)) => reply.into_result(),
            Ok(Err(error)) if asked.elapsed() < self.timeout => Err(error.into()),
            _ => Err(MessagingError::MessagingTimeout(msg_id).into()),
        }
    }

    // ANCHOR: exchange
    /// A request there, and a reply back.
    async fn exchange<A: Serialize>(
        &self,
        context: &RequestContext,
        method: &str,
        args: &A,
        msg_id: &str,
    ) -> Result<Reply, MessagingError> {
        let open = || ReplyQueue::open(&*self.transport);
        let replies = self.replies.get_or_try_init(open).await?;
        let (reply_to, reply) = replies.wait_for_reply(msg_id, self.call_monitor_timeout);
        let body = envelope::seal(&self.request(context, method, args, Some(reply_to))?)?;
        self.transport.publish(&Address::of(&self.target), body, Some(self.timeout)).await?;
        reply.wait().await
    }
    // ANCHOR_END: exchange

    fn request<A: Serialize>(
        &self,
        context: &RequestContext,
        method: &str,
        args: &A,
        reply_to: Option<ReplyTo>,
    ) -> Result<Request, MessagingError> {
        Ok(Request {
            method: method.to_owned(),
            args: message::fields("args", args)?,
            namespace: self.target.namespace.clone(),
            version: self.target.version.clone(),
            reply_to,
            unique_id: Some(new_id()),
            context: pack_context(context, self.host.as_deref())?,
        })
    }
}
