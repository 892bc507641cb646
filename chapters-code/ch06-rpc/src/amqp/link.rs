//! A connection to the broker (`oslo_messaging/_drivers/impl_rabbit.py`, `Connection`).

use super::backoff::Backoff;
use lapin::{
    Channel, Connection, ConnectionProperties, Error, ErrorKind,
    protocol::{AMQPErrorKind, AMQPHardError},
    uri::AMQPUri,
};
use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{sleep, timeout},
};

/// How long a broker may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often to look whether a connection is still one.
const GLANCE: Duration = Duration::from_millis(200);

/// A connection that is made when it is needed, and again when it is lost.
pub(crate) struct Link {
    name: &'static str,
    interval_max: Duration,
    closed: AtomicBool,
    /// Who needs a connection while it is being made waits for it here, and is served in turn.
    wire: Mutex<Wire>,
}

struct Wire {
    /// The first is the one to ask.
    hosts: Vec<AMQPUri>,
    connection: Option<Connection>,
    backoff: Backoff,
}

impl Link {
    pub(crate) fn new(name: &'static str, hosts: Vec<AMQPUri>, interval_max: Duration) -> Self {
        let wire = Wire { hosts, connection: None, backoff: Backoff::new(interval_max) };
        Self { name, interval_max, closed: AtomicBool::new(false), wire: Mutex::new(wire) }
    }

    /// A new channel, as soon as there is a broker.
    ///
    /// # Errors
    ///
    /// The broker refuses, or the connection was lost just now.
    pub(crate) async fn channel(&self) -> Result<Channel, Error> {
        let mut wire = self.wire.lock().await;
        loop {
            if self.is_closed() {
                return Err(io::Error::from(io::ErrorKind::NotConnected).into());
            }
            match &wire.connection {
                Some(connection) if connection.status().connected() => {
                    let alive = || connection.status().connected();
                    return while_alive(alive, connection.create_channel()).await?;
                }
                _ => self.connect(&mut wire).await?,
            }
        }
    }

    /// One attempt, and the pause after one that failed.
    async fn connect(&self, wire: &mut Wire) -> Result<(), Error> {
        wire.connection = None;
        let Some(uri) = wire.hosts.first() else { return Ok(()) };
        let broker = format!("{}:{}", uri.authority.host, uri.authority.port);
        let name = format!("mini-nova:{}:{}", std::process::id(), self.name);
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connecting = timeout(CONNECT_TIMEOUT, Connection::connect_uri(uri.clone(), properties));
        let late = |_| Err(io::Error::from(io::ErrorKind::TimedOut).into());
        match connecting.await.unwrap_or_else(late) {
            Ok(connection) => {
                tracing::info!("Connected to AMQP server on {broker}, {}", self.name);
                wire.connection = Some(connection);
                wire.backoff = self.backoff();
            }
            Err(error) if is_refusal(&error) => return Err(error),
            Err(error) => {
                wire.hosts.rotate_left(1);
                let pause = wire.backoff.pause();
                let seconds = pause.as_secs_f32();
                tracing::warn!(
                    "AMQP server on {broker} is unreachable: {error}. \
                     Trying again in {seconds} seconds."
                );
                sleep(pause).await;
            }
        }
        Ok(())
    }

    /// How often to try again.
    pub(crate) fn backoff(&self) -> Backoff {
        Backoff::new(self.interval_max)
    }

    /// Has this process taken leave of the broker?
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Says good-bye to the broker. It has a moment to answer.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        let good_bye = async {
            if let Some(connection) = self.wire.lock().await.connection.take() {
                // Who is gone already needs no good-bye.
                let _ = connection.close(200, "OK".into()).await;
            }
        };
        let _ = timeout(Duration::from_secs(1), good_bye).await;
    }
}

/// Waits for `work`, but not for ever: a frame that was handed over at the moment at which the
/// connection was lost is neither sent nor refused.
pub(crate) async fn while_alive<T>(
    alive: impl Fn() -> bool,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    tokio::pin!(work);
    loop {
        match timeout(GLANCE, &mut work).await {
            Ok(done) => return Ok(done),
            Err(_) if alive() => {}
            Err(_) => return Err(io::Error::from(io::ErrorKind::ConnectionAborted).into()),
        }
    }
}

/// Will the broker say the same next time?
pub(crate) fn is_refusal(error: &Error) -> bool {
    let ErrorKind::ProtocolError(error) = error.kind() else { return false };
    match error.kind() {
        AMQPErrorKind::Soft(_) => true,
        AMQPErrorKind::Hard(error) => *error == AMQPHardError::NOTALLOWED,
    }
}
