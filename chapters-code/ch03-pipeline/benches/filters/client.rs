//! Sixteen connections that never rest.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

const CONNECTIONS: usize = 16;

/// As small a request as gets through every filter.
const REQUEST: &[u8] = b"GET /servers HTTP/1.1\r\nHost: nova\r\nX-Auth-Token: demo\r\n\r\n";

/// How the answer ends.
pub(crate) const BODY: &str = "{\"servers\": []}";

/// How many requests are answered in a second.
pub(crate) fn requests_per_second(address: SocketAddr, time: Duration) -> io::Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let began = Instant::now();
        let mut connections: JoinSet<io::Result<u32>> = JoinSet::new();
        for _ in 0..CONNECTIONS {
            connections.spawn(keep_busy(address, began + time));
        }
        let mut answered = 0;
        for count in connections.join_all().await {
            answered += count?;
        }
        Ok(f64::from(answered) / began.elapsed().as_secs_f64())
    })
}

async fn keep_busy(address: SocketAddr, until: Instant) -> io::Result<u32> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut answer = Vec::with_capacity(4096);
    let mut count = 0;
    while Instant::now() < until {
        stream.write_all(REQUEST).await?;
        answer.clear();
        while !answer.ends_with(BODY.as_bytes()) {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        if !answer.starts_with(b"HTTP/1.1 200") {
            return Err(io::Error::other(String::from_utf8_lossy(&answer)));
        }
        count += 1;
    }
    Ok(count)
}
