//! A line to the broker that kills who sends one message too many.

use crate::cloud::broker;
use std::{
    io,
    net::SocketAddr,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinSet,
    time::sleep,
};

/// The line, and who is on it.
pub(crate) struct Tripwire {
    address: SocketAddr,
    wire: Arc<Wire>,
    _task: JoinSet<()>,
}

/// How many messages may still pass; below zero: any number.
struct Wire {
    left: AtomicI64,
    victim: AtomicU32,
}

impl Tripwire {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let wire = Arc::new(Wire { left: AtomicI64::new(-1), victim: AtomicU32::new(0) });
        let mut task = JoinSet::new();
        task.spawn(accept(listener, Arc::clone(&wire)));
        Self { address, wire, _task: task }
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Lets `messages` pass; then `victim` dies, and the next one is not sent.
    pub(crate) fn arm(&self, victim: u32, messages: i64) {
        self.wire.victim.store(victim, Ordering::Relaxed);
        self.wire.left.store(messages, Ordering::Release);
    }

    /// Counts the messages from now on, and kills nobody.
    pub(crate) fn count(&self) {
        self.wire.left.store(i64::MAX, Ordering::Release);
    }

    /// How many it has counted.
    pub(crate) fn counted(&self) -> i64 {
        i64::MAX - self.wire.left.load(Ordering::Acquire)
    }

    /// Has it killed?
    pub(crate) fn has_killed(&self) -> bool {
        self.wire.victim.load(Ordering::Relaxed) == 0
    }
}

impl Wire {
    /// May this message pass? Who is not allowed to is dead when this returns.
    fn passes(&self) -> bool {
        // Not armed: nobody is in danger.
        if self.left.load(Ordering::Acquire) < 0 {
            return true;
        }
        if self.left.fetch_sub(1, Ordering::AcqRel) > 0 {
            return true;
        }
        let victim = self.victim.swap(0, Ordering::AcqRel);
        if victim != 0 {
            let _ = Command::new("kill").args(["-9", &victim.to_string()]).status();
        }
        false
    }
}

async fn accept(listener: TcpListener, wire: Arc<Wire>) {
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        connections.spawn(connection(client, Arc::clone(&wire)));
    }
}

async fn connection(client: TcpStream, wire: Arc<Wire>) {
    let Ok(upstream) = TcpStream::connect(broker()).await else { return };
    let ((from_client, mut to_client), (mut from_broker, to_broker)) =
        (client.into_split(), upstream.into_split());
    tokio::select! {
        _ = frames(from_client, to_broker, wire) => {}
        _ = copy(&mut from_broker, &mut to_client) => {}
    }
}

/// Carries AMQP's frames: a type, a channel, a size, so many bytes, and an end.
async fn frames(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    wire: Arc<Wire>,
) -> io::Result<()> {
    let mut protocol = [0; 8];
    from.read_exact(&mut protocol).await?;
    to.write_all(&protocol).await?;
    loop {
        let mut frame = vec![0; 7];
        from.read_exact(&mut frame).await?;
        let size = u32::from_be_bytes([frame[3], frame[4], frame[5], frame[6]]);
        frame.resize(7 + size as usize + 1, 0);
        from.read_exact(&mut frame[7..]).await?;
        if is_publish(&frame) && !wire.passes() {
            // What was sent before is sent: the broker gets the time to read it.
            to.shutdown().await?;
            sleep(Duration::from_millis(200)).await;
            return Ok(());
        }
        to.write_all(&frame).await?;
    }
}

/// A method of class 60 (`basic`) and number 40 (`publish`), to an exchange: not a reply, and not
/// what the service has seen.
fn is_publish(frame: &[u8]) -> bool {
    let exchange = |frame: &[u8]| {
        let length = usize::from(*frame.get(13)?);
        frame.get(14..14 + length).map(<[u8]>::to_vec)
    };
    frame.first() == Some(&1)
        && frame.get(7..11) == Some(&[0, 60, 0, 40])
        && exchange(frame).is_some_and(|name| name.starts_with(b"exchange_"))
}
