//! When a neighbour is asked once more (`nova/image/glance.py` `GlanceClientWrapper.call`,
//! `keystoneauth1.session` `Session._send_request`).

use http::{Method, Response, StatusCode};
use nova_objects::RemoteError;
use std::{iter::successors, time::Duration};

/// How often a neighbour is asked once more, and after which pauses.
///
/// Nova repeats whatever fails. Here a request is repeated only if that can do no harm: one that
/// asks and changes nothing, or one that never left because nobody took the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often at most.
    pub times: u32,
    /// The first pause.
    pub pause: Duration,
    /// How much longer the next pause is.
    pub growth: u32,
    /// Is 503, Service Unavailable, no answer either?
    pub if_unavailable: bool,
}

/// An answer that did not come.
pub(crate) struct Lost {
    pub(crate) error: RemoteError,
    /// Did the request never leave?
    pub(crate) unsent: bool,
}

impl Retries {
    /// A neighbour is asked once.
    pub const NONE: Self =
        Self { times: 0, pause: Duration::ZERO, growth: 1, if_unavailable: false };

    /// The pauses between two attempts.
    pub(crate) fn pauses(self) -> impl Iterator<Item = Duration> + Send {
        let longer = move |pause: &Duration| Some(pause.saturating_mul(self.growth));
        successors(Some(self.pause), longer).take(self.times as usize)
    }

    // ANCHOR: may_repeat
    /// Does it do no harm to send such a request again, after this answer?
    pub(crate) fn may_repeat<B>(self, method: &Method, began: &Result<Response<B>, Lost>) -> bool {
        match began {
            Ok(answer) => {
                let unavailable = answer.status() == StatusCode::SERVICE_UNAVAILABLE;
                self.if_unavailable && unavailable && method.is_safe()
            }
            Err(lost) => lost.unsent || method.is_safe(),
        }
    }
    // ANCHOR_END: may_repeat
}
