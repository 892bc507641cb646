//! The edge: real connections, some of them hostile.

use http_body_util::BodyExt;
use nova_paste::{
    App, Environ, Raised, Response, app_fn, body,
    server::{HttpServer, Limits},
};
use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

/// How many requests for `/count` came to their end.
static FINISHED: AtomicUsize = AtomicUsize::new(0);

/// Answers by path: `/panic` panics, `/raise` raises, `/slow` and `/count` take their time, `/body`
/// reads the body, `/large` answers at length, and anything else is told what the environ says.
fn app() -> App {
    app_fn(async |request| {
        let environ = Environ::of(&request).clone();
        match environ.path_info.as_str() {
            "/panic" => panic!("as asked"),
            "/raise" => return Err(Raised::new("ValueError", "a secret")),
            "/slow" => sleep(Duration::from_millis(300)).await,
            "/large" => return Ok(Response::new(body(vec![b'x'; 32 * 1024 * 1024]))),
            "/body" => drop(request.into_body().collect().await),
            "/count" => {
                sleep(Duration::from_millis(200)).await;
                FINISHED.fetch_add(1, Ordering::SeqCst);
            }
            _ => {}
        }
        let (host, path) = (&environ.host, &environ.path_info);
        Ok(Response::new(body(format!("{host} {path} ?{}", environ.query_string))))
    })
}

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn serve(limits: Limits) -> io::Result<Served> {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = HttpServer::bind(anywhere, "test", limits).await?;
    let address = server.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(server.serve(app(), async {
        stopped.await.ok();
    }));
    Ok(Served { address, stop, task })
}

/// What comes back for `request`, until the server closes the connection.
async fn talk(address: SocketAddr, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await??;
    Ok(answer)
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: nova:8774\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn a_request_becomes_an_environ() {
    let served = serve(Limits::default()).await.unwrap();
    for (target, told) in [
        ("/v2.1/servers?a=%20b", "nova:8774 /v2.1/servers ?a=%20b"),
        ("/a%20b", "nova:8774 /a b ?"),
        ("/%zz%", "nova:8774 /%zz% ?"),
        // One char a byte: the two bytes of an é are two chars, each of which is two bytes again.
        ("/%C3%A9", "nova:8774 /Ã\u{a9} ?"),
    ] {
        let answer = talk(served.address, &get(target)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(told), "{target}: {answer}");
    }
}

#[tokio::test]
async fn what_escapes_every_filter_is_a_plain_500_and_the_server_lives() {
    let served = serve(Limits::default()).await.unwrap();
    for target in ["/panic", "/raise", "/panic"] {
        let answer = talk(served.address, &get(target)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
        assert!(answer.ends_with("Internal Server Error"), "no secrets: {answer}");
    }
    assert!(talk(served.address, &get("/")).await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn who_does_not_finish_a_head_is_shown_the_door() {
    let header_read_timeout = Duration::from_millis(200);
    let served = serve(Limits { header_read_timeout, ..Limits::default() }).await.unwrap();
    let began = Instant::now();
    talk(served.address, "GET / HTTP/1.1\r\nHost: no").await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn who_does_not_finish_a_body_is_told_so() {
    let body_read_timeout = Duration::from_millis(200);
    let limits = Limits { body_read_timeout, ..Limits::default() };
    let served = serve(limits).await.unwrap();
    let request = "POST /body HTTP/1.1\r\nHost: nova\r\nContent-Length: 100\r\n\r\nx";
    let answer = talk(served.address, request).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_byte_now_and_then_is_no_body() {
    let body_read_timeout = Duration::from_millis(300);
    let served = serve(Limits { body_read_timeout, ..Limits::default() }).await.unwrap();
    let (mut reading, mut writing) = TcpStream::connect(served.address).await.unwrap().into_split();
    let head = "POST /body HTTP/1.1\r\nHost: nova\r\nContent-Length: 1000\r\n\r\n";
    writing.write_all(head.as_bytes()).await.unwrap();
    let trickle = tokio::spawn(async move {
        while writing.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    let mut answer = String::new();
    // The end may be abrupt, for there were bytes that nobody read.
    let _ = timeout(Duration::from_secs(5), reading.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    trickle.abort();
}

#[tokio::test]
async fn who_does_not_read_an_answer_keeps_nobody_waiting() {
    let write_timeout = Duration::from_millis(200);
    let limits = Limits { write_timeout, max_connections: 1, ..Limits::default() };
    let served = serve(limits).await.unwrap();
    let mut deaf = TcpStream::connect(served.address).await.unwrap();
    deaf.write_all(get("/large").as_bytes()).await.unwrap();
    assert!(talk(served.address, &get("/")).await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn who_hangs_up_does_not_take_back_what_was_asked() {
    let served = serve(Limits::default()).await.unwrap();
    let before = FINISHED.load(Ordering::SeqCst);
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(get("/count").as_bytes()).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    drop(stream);
    sleep(Duration::from_millis(500)).await;
    assert_eq!(FINISHED.load(Ordering::SeqCst), before + 1);
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_their_turn() {
    let served = serve(Limits { max_connections: 2, ..Limits::default() }).await.unwrap();
    let ask = |_| tokio::spawn(async move { talk(served.address, &get("/slow")).await });
    let asked: Vec<_> = (0..6).map(ask).collect();
    for answer in asked {
        assert!(answer.await.unwrap().unwrap().starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_request_in_hand_is_finished_at_shutdown_and_no_new_one_is_taken() {
    let served = serve(Limits::default()).await.unwrap();
    let slow = tokio::spawn(async move { talk(served.address, &get("/slow")).await });
    sleep(Duration::from_millis(100)).await;
    served.stop.send(()).unwrap();
    served.task.await.unwrap();
    assert!(slow.await.unwrap().unwrap().starts_with("HTTP/1.1 200"));
    assert!(TcpStream::connect(served.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn who_has_sent_half_a_head_is_not_waited_for() {
    let served = serve(Limits::default()).await.unwrap();
    let mut half = TcpStream::connect(served.address).await.unwrap();
    half.write_all(b"GET / HT").await.unwrap();
    sleep(Duration::from_millis(50)).await;
    let began = Instant::now();
    served.stop.send(()).unwrap();
    served.task.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_question_about_the_server_as_a_whole_is_one_about_its_root() {
    let served = serve(Limits::default()).await.unwrap();
    let request = "OPTIONS * HTTP/1.1\r\nHost: nova\r\nConnection: close\r\n\r\n";
    let answer = talk(served.address, request).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("nova / ?"), "{answer}");
}

#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let graceful_shutdown_timeout = Duration::from_millis(50);
    let served = serve(Limits { graceful_shutdown_timeout, ..Limits::default() }).await.unwrap();
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(get("/slow").as_bytes()).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    served.stop.send(()).unwrap();
    timeout(Duration::from_secs(2), served.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let served = serve(Limits::default()).await.unwrap();
    let taken = HttpServer::bind(served.address, "test", Limits::default()).await;
    assert_eq!(taken.err().unwrap().kind(), std::io::ErrorKind::AddrInUse);
}
