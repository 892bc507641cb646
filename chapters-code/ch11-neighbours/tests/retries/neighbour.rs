//! A neighbour that does what it is told.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

pub(crate) const BUSY: &str = "HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
pub(crate) const WELL: &str =
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 13\r\n\r\n{\"images\":[]}";
/// It hangs up without a word.
pub(crate) const LOST: &str = "";

pub(crate) fn anywhere() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// A neighbour that gives these answers, one to each connection, and counts the requests.
pub(crate) async fn neighbour(answers: &'static [&'static str]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(anywhere()).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await?;
            stream.read_buf(&mut Vec::with_capacity(4096)).await?;
            count.fetch_add(1, Ordering::SeqCst);
            stream.write_all(answer.as_bytes()).await?;
        }
        Ok::<_, std::io::Error>(())
    });
    (endpoint, asked)
}

/// A place where nobody is.
pub(crate) async fn nowhere() -> String {
    format!("http://{}", TcpListener::bind(anywhere()).await.unwrap().local_addr().unwrap())
}
