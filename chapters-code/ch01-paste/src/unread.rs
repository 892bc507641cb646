//! The rest of a body that nobody wants (`eventlet.wsgi` reads it, too).

use crate::requests::Requests;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, Incoming};

/// A body as it comes. What is left of it when it is dropped is read and forgotten: a client that
/// is still sending it would find the connection closed, and never read the answer. One that does
/// not say how long its body is may go on for ever, and is cut off.
pub(crate) struct Unread {
    incoming: Option<Incoming>,
    requests: Requests,
    /// Is the client waiting for us to read?
    waits: bool,
}

impl Unread {
    /// The body of one of `requests`. A client that `waits` sends it only once it is read
    /// (`Expect: 100-continue`).
    pub(crate) fn new(incoming: Incoming, requests: Requests, waits: bool) -> Self {
        Self { incoming: Some(incoming), requests, waits }
    }

    /// What comes next; `None` at the end.
    pub(crate) async fn frame(&mut self) -> Option<hyper::Result<Frame<Bytes>>> {
        self.waits = false;
        self.incoming.as_mut()?.frame().await
    }

    /// Whoever sends the rest is not heard out.
    pub(crate) fn give_up(&mut self) {
        self.incoming = None;
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let rest = self.incoming.take().filter(|_| !self.waits);
        let Some(mut rest) = rest.filter(|rest| rest.size_hint().exact().is_some()) else { return };
        self.requests.linger(async move { while let Some(Ok(_)) = rest.frame().await {} });
    }
}
