//! Chapter 6's program: two servers, and three kinds of message. `cargo ch06 wrong` shows what can
//! go wrong with them, and `cargo ch06 message` one of them as a broker sees it.
//!
//! With the feature `amqp` and `--transport-url rabbit://...`, all of it goes over RabbitMQ.

mod host;
mod message;
mod patterns;
mod wrong;

use nova_objects::RequestContext;
use nova_rpc::{MemoryTransport, Transport};
use std::{env, error::Error, sync::Arc, time::Duration};

/// Long enough for a message to arrive.
const SHORT: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1).peekable();
    let transport = match args.next_if_eq("--transport-url").and_then(|_| args.next()) {
        Some(url) => over(&url)?,
        None => Arc::new(MemoryTransport::default()),
    };
    let servers = host::start_both(&transport).await?;
    let context = RequestContext { request_id: "req-1".into(), timestamp: None, ..<_>::default() };
    match args.next().as_deref() {
        None => patterns::show(&transport, &context).await?,
        Some("wrong") => wrong::show(&transport, &context).await?,
        Some("message") => message::show(&transport, &context).await?,
        Some(_) => return Err("usage: cargo ch06 [--transport-url URL] [wrong | message]".into()),
    }
    for server in servers {
        server.stop().await;
    }
    transport.close().await;
    Ok(())
}

#[cfg(feature = "amqp")]
fn over(url: &str) -> Result<Arc<dyn Transport>, Box<dyn Error>> {
    Ok(Arc::new(nova_rpc::AmqpTransport::new(url, nova_rpc::RabbitOptions::default())?))
}

#[cfg(not(feature = "amqp"))]
fn over(_: &str) -> Result<Arc<dyn Transport>, Box<dyn Error>> {
    Err("this program was built without the feature amqp".into())
}
