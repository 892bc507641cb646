//! The filters behind a real port: what a hostile client can and cannot make them do.

use http_body_util::BodyExt;
use nova_paste::{
    App, Raised, Request, Response, app_fn, body,
    server::{HttpServer, Limits},
};
use nova_pipeline::{
    faultwrap::FaultWrapper,
    sizelimit::{Options, RequestBodySizeLimiter},
};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// The largest body that is let through.
const LIMIT: usize = 1000;

/// An app that panics for DELETE, and else reads what it is sent, piece by piece, and counts it.
fn reading(counted: Arc<AtomicUsize>) -> App {
    app_fn(move |request: Request| {
        let counted = Arc::clone(&counted);
        async move {
            assert!(request.method() != "DELETE", "as asked");
            let mut sent = request.into_body();
            while let Some(frame) = sent.frame().await {
                let frame = frame.map_err(|error| Raised::new("IOError", error.to_string()))?;
                counted.fetch_add(frame.data_ref().map_or(0, bytes::Bytes::len), Ordering::SeqCst);
            }
            Ok(Response::new(body("read")))
        }
    })
}

/// Serves that app behind its filters. It counts what the app has read.
async fn serve() -> io::Result<(SocketAddr, Arc<AtomicUsize>)> {
    let counted = Arc::<AtomicUsize>::default();
    let options = Options { max_request_body_size: LIMIT };
    let limited = Arc::new(RequestBodySizeLimiter::new(reading(Arc::clone(&counted)), &options));
    let server = HttpServer::bind(([127, 0, 0, 1], 0).into(), "test", Limits::default()).await?;
    let address = server.address();
    tokio::spawn(server.serve(Arc::new(FaultWrapper::new(limited)), std::future::pending()));
    Ok((address, counted))
}

/// What comes back for `head` and as much of an endless `body` as the server takes.
async fn talk(address: SocketAddr, head: &str, body: &[u8]) -> io::Result<(String, usize)> {
    let (mut reading, mut writing) = TcpStream::connect(address).await?.into_split();
    writing.write_all(head.as_bytes()).await?;
    let body = body.to_vec();
    let flood = tokio::spawn(async move {
        let mut sent = 0;
        while !body.is_empty() && writing.write_all(&body).await.is_ok() {
            sent += body.len();
        }
        // Who hangs up now would not hear the answer.
        (writing, sent)
    });
    let mut answer = vec![0; 4096];
    let length = timeout(Duration::from_secs(5), reading.read(&mut answer)).await??;
    drop(reading);
    let (_, sent) = timeout(Duration::from_secs(5), flood).await??;
    answer.truncate(length);
    Ok((String::from_utf8_lossy(&answer).into_owned(), sent))
}

#[tokio::test]
async fn a_body_that_says_that_it_is_too_large_is_not_read_at_all() {
    let (address, counted) = serve().await.unwrap();
    let head = format!("POST / HTTP/1.1\r\nHost: nova\r\nContent-Length: {}\r\n\r\n", LIMIT + 1);
    let (answer, _) = talk(address, &head, b"").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(counted.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_without_end_is_read_up_to_the_limit() {
    let (address, counted) = serve().await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: nova\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("64\r\n{}\r\n", "x".repeat(0x64));
    let (answer, sent) = talk(address, head, chunk.as_bytes()).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(counted.load(Ordering::SeqCst) <= LIMIT);
    // What the client could send beyond that is in the buffers of the two sockets.
    assert!(sent < 20_000_000, "the server took {sent} bytes");
}

#[tokio::test]
async fn a_panic_in_the_app_is_a_500_and_the_server_lives() {
    let (address, _) = serve().await.unwrap();
    let request =
        |method: &str| format!("{method} / HTTP/1.1\r\nHost: nova\r\nConnection: close\r\n\r\n");
    for (method, status) in [("DELETE", "500"), ("DELETE", "500"), ("GET", "200")] {
        let (answer, _) = talk(address, &request(method), b"").await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{method}: {answer}");
        assert!(!answer.contains("as asked"), "{answer}");
    }
}
