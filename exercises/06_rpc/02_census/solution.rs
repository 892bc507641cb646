//! A census of the compute services: who is there?

use mini_nova::installed::Surroundings;
use nova_objects::{RemoteError, RequestContext};
use nova_rpc::{Endpoint, RpcClient, RpcServer, Target, Transport};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::timeout,
};

/// The namespace of both methods. Their version is 1.0.
pub const NAMESPACE: &str = "census";

/// What a host is asked with.
#[derive(Serialize, Deserialize)]
pub struct Report {
    /// Where the answer is to go.
    pub topic: String,
}

/// What a host answers with.
#[derive(Serialize, Deserialize)]
pub struct Here {
    pub host: String,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Census {
    /// The hosts that have answered, expected or not.
    pub here: BTreeSet<String>,
    /// Those that were expected, and have not.
    pub silent: BTreeSet<String>,
}

/// The part of a host.
struct Host {
    host: String,
    client: RpcClient,
}

/// The part of whoever asks: what is heard goes on to where it is counted.
struct Desk(UnboundedSender<String>);

impl Desk {
    async fn here(self: Arc<Self>, _: RequestContext, args: Here) -> Result<(), RemoteError> {
        // Who comes after the end is not counted.
        let _ = self.0.send(args.host);
        Ok(())
    }
}

/// Lets a compute service answer when somebody counts.
pub fn offer(server: RpcServer, surroundings: &Surroundings<'_>) -> RpcServer {
    let target = Target::topic("nobody").namespace(NAMESPACE);
    let client = RpcClient::new(Arc::clone(surroundings.transport), target);
    let host = Arc::new(Host { host: surroundings.host.to_owned(), client });
    server.endpoint(Endpoint::new(host, "1.0").namespace(NAMESPACE).method("report", Host::report))
}

impl Host {
    /// Says to whoever asks that this host is here.
    async fn report(
        self: Arc<Self>,
        context: RequestContext,
        args: Report,
    ) -> Result<(), RemoteError> {
        // SOLUTION
        let desk = self.client.prepare().topic(args.topic);
        desk.cast(&context, "here", &Here { host: self.host.clone() }).await
        // STARTER
        // // Nobody is told yet. `prepare` gives a client for another topic.
        // Ok(())
        // END
    }
}

/// Asks all compute services, and waits until those `expected` have answered, but no longer than
/// `deadline`.
///
/// # Errors
///
/// Nothing can be sent, or heard.
pub async fn census(
    transport: &Arc<dyn Transport>,
    context: &RequestContext,
    expected: &[&str],
    deadline: Duration,
) -> Result<Census, RemoteError> {
    let mut silent: BTreeSet<String> = expected.iter().map(|host| (*host).to_owned()).collect();
    let mut here = BTreeSet::new();
    // SOLUTION
    // ANCHOR: solution
    let (sender, mut heard) = unbounded_channel();
    let topic = format!("census-{}", context.request_id);
    let endpoint = Endpoint::new(Arc::new(Desk(sender)), "1.0").namespace(NAMESPACE);
    let desk = RpcServer::new(Arc::clone(transport), Target::topic(&topic), "census");
    let desk = desk.endpoint(endpoint.method("here", Desk::here)).start().await?;

    let computes = Target::topic("compute").namespace(NAMESPACE);
    let all = RpcClient::new(Arc::clone(transport), computes).fanout();
    all.cast(context, "report", &Report { topic }).await?;

    let count = async {
        while !silent.is_empty()
            && let Some(host) = heard.recv().await
        {
            silent.remove(&host);
            here.insert(host);
        }
    };
    // Whether all have answered or time is over, `silent` says.
    let _ = timeout(deadline, count).await;
    desk.stop().await;
    // ANCHOR_END: solution
    // STARTER
    // // Three steps: a server that hears `here`, a fanout that asks, and the counting.
    // END
    Ok(Census { here, silent })
}
