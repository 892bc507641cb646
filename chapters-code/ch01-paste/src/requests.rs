//! The requests in hand.

use crate::{Response, edge::cut_off};
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long a client is heard out whose request is answered.
const LINGER: Duration = Duration::from_secs(30);

/// All requests that a server has begun to answer.
///
/// Each has a task of its own, for a client that hangs up does not take back what it asked: a
/// server half created would be nobody's.
#[derive(Clone, Default)]
pub(crate) struct Requests {
    tasks: TaskTracker,
    out_of_time: CancellationToken,
}

impl Requests {
    /// Runs `answer` to its end, whether or not anybody waits for it.
    pub(crate) fn run<A>(&self, answer: A) -> impl Future<Output = Response> + Send + use<A>
    where
        A: Future<Output = Response> + Send + 'static,
    {
        let answer = self.out_of_time.clone().run_until_cancelled_owned(answer);
        let answered = self.tasks.spawn(answer);
        async { answered.await.ok().flatten().unwrap_or_else(cut_off) }
    }

    /// Hears a client out whose request is answered, for a while.
    pub(crate) fn linger(&self, rest: impl Future<Output = ()> + Send + 'static) {
        let rest = self.out_of_time.clone().run_until_cancelled_owned(timeout(LINGER, rest));
        self.tasks.spawn(rest);
    }

    /// Waits for all of them.
    pub(crate) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Ends those that are left.
    pub(crate) async fn cut(&self) {
        self.out_of_time.cancel();
        self.finish().await;
    }
}
