//! A line to the broker that can be troubled.

use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
    time::sleep,
};

/// What the line does to those who are on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Line {
    /// Nothing.
    Sound,
    /// Cuts all connections, and those that are made.
    Reset,
    /// Carries nothing more on any of them, and never will.
    BlackHole,
    /// Takes its time over every piece.
    Slow(Duration),
}

/// A line to one address, from a port of its own.
pub(crate) struct Proxy {
    address: SocketAddr,
    line: watch::Sender<Line>,
    _task: JoinSet<()>,
}

impl Proxy {
    pub(crate) async fn to(broker: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, broker) = (listener.local_addr().unwrap(), broker.to_owned());
        let (line, seen) = watch::channel(Line::Sound);
        let mut task = JoinSet::new();
        task.spawn(accept(listener, broker, seen));
        Self { address, line, _task: task }
    }

    /// The URL `url`, by way of this line.
    pub(crate) fn instead_of(&self, url: &str, broker: &str) -> String {
        url.replace(broker, &self.address.to_string())
    }

    pub(crate) fn is(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn accept(listener: TcpListener, broker: String, line: watch::Receiver<Line>) {
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(client, broker.clone(), line.clone()));
    }
}

async fn connection(client: TcpStream, broker: String, line: watch::Receiver<Line>) {
    let Ok(broker) = TcpStream::connect(broker).await else { return };
    let ((from_client, to_client), (from_broker, to_broker)) =
        (client.into_split(), broker.into_split());
    // Whoever ends first takes the other along.
    tokio::select! {
        _ = carry(from_client, to_broker, line.clone()) => {}
        _ = carry(from_broker, to_client, line) => {}
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut line: watch::Receiver<Line>,
) -> io::Result<()> {
    let mut piece = vec![0; 4096];
    loop {
        let now = *line.borrow_and_update();
        match now {
            Line::Reset => return Ok(()),
            Line::BlackHole => std::future::pending().await,
            Line::Slow(pause) => sleep(pause).await,
            Line::Sound => {}
        }
        let read = tokio::select! {
            read = from.read(&mut piece) => read?,
            _ = line.changed() => continue,
        };
        if read == 0 {
            return Ok(());
        }
        to.write_all(&piece[..read]).await?;
    }
}
