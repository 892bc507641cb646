//! A connection to the broker (`oslo_messaging/_drivers/impl_rabbit.py`, `Connection`).

use super::backoff::Backoff;
use lapin::{
    Channel, Connection, ConnectionProperties, Error, ErrorKind,
    protocol::{AMQPErrorKind, AMQPHardError},
    uri::AMQPUri,
};
use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{sync::Mutex, time::timeout};

/// How long a broker may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that is made when it is needed, and again when it is lost.
pub(crate) struct Link {
    name: &'static str,
    hosts: Vec<AMQPUri>,
    /// Which of them is asked.
    host: AtomicUsize,
    interval_max: Duration,
    /// Who needs a connection while it is being made waits for it here.
    connection: Mutex<Option<Connection>>,
}

impl Link {
    pub(crate) fn new(name: &'static str, hosts: Vec<AMQPUri>, interval_max: Duration) -> Self {
        Self { name, hosts, host: AtomicUsize::new(0), interval_max, connection: Mutex::default() }
    }

    /// A new channel.
    pub(crate) async fn channel(&self) -> Result<Channel, Error> {
        let mut connection = self.connection.lock().await;
        match &mut *connection {
            Some(connection) if connection.status().connected() => {
                connection.create_channel().await
            }
            connection => connection.insert(self.connect().await?).create_channel().await,
        }
    }

    async fn connect(&self) -> Result<Connection, Error> {
        let Some(uri) = self.hosts.get(self.host.load(Ordering::Relaxed) % self.hosts.len()) else {
            return Err(io::Error::from(io::ErrorKind::NotFound).into());
        };
        let name = format!("mini-nova:{}:{}", std::process::id(), self.name);
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connecting = timeout(CONNECT_TIMEOUT, Connection::connect_uri(uri.clone(), properties));
        let connected = connecting
            .await
            .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()));
        if connected.is_err() {
            self.host.fetch_add(1, Ordering::Relaxed);
        }
        connected
    }

    /// How often to try again.
    pub(crate) fn backoff(&self) -> Backoff {
        Backoff::new(self.interval_max)
    }

    /// Says good-bye to the broker. It has a moment to answer.
    pub(crate) async fn close(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            // Who is gone already needs no good-bye.
            let _ = timeout(Duration::from_secs(1), connection.close(200, "OK".into())).await;
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
