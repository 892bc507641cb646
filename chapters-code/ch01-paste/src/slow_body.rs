//! A client that takes its time with a body.

use crate::{Body, unread::Unread};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// How slowly a body may come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// How long a client may be silent.
    pub(crate) silence: Duration,
    /// How many bytes a second it has to send on the whole, once that time is over.
    pub(crate) min_rate: u32,
}

/// `incoming`, broken off where the client is `slow`: where it is silent for too long, or where it
/// has sent so little by now that it means to keep the connection and not to send a body.
pub(crate) fn impatient(incoming: Unread, patience: Patience, slow: Arc<AtomicBool>) -> Body {
    let deadline = Instant::now() + patience.silence;
    let frames = stream::unfold(Some((incoming, deadline)), move |state| {
        let slow = Arc::clone(&slow);
        async move {
            let (mut body, deadline) = state?;
            let silent_until = Instant::now() + patience.silence;
            match timeout_at(deadline.min(silent_until), body.frame()).await {
                Ok(None) => None,
                Ok(Some(Ok(frame))) => {
                    let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
                    let earned = Duration::from_secs(bytes) / patience.min_rate.max(1);
                    Some((Ok(frame), Some((body, deadline + earned))))
                }
                Ok(Some(Err(error))) => Some((Err(error.into()), None)),
                Err(_) => {
                    body.give_up();
                    slow.store(true, Ordering::Relaxed);
                    Some((Err("the client is too slow".into()), None))
                }
            }
        }
    });
    StreamBody::new(frames).boxed()
}
