//! One service asks another, and the other misbehaves.

use nova_neighbours::{GlanceClient, RestClient};
use nova_objects::{ImageApi, NovaException, RequestContext, TraceParent};
use serde_json::json;
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
    time::{Instant, sleep},
};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: ";

/// A neighbour that reads one request, answers `answer`, and hangs up after `patience`. It gives
/// the request back.
async fn neighbour(
    answer: &str,
    patience: Duration,
) -> io::Result<(String, JoinHandle<io::Result<String>>)> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let answer = answer.to_owned();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let mut request = String::new();
        while !is_whole(&request) {
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).await?;
            request += &String::from_utf8_lossy(&bytes[..count]);
        }
        stream.write_all(answer.as_bytes()).await?;
        sleep(patience).await;
        Ok(request)
    });
    Ok((endpoint, task))
}

/// Has a request all the content that it says it has?
fn is_whole(request: &str) -> bool {
    let Some((head, content)) = request.split_once("\r\n\r\n") else { return false };
    let mut lines = head.lines().filter_map(|line| line.strip_prefix("content-length: "));
    lines.next().is_none_or(|length| length == content.len().to_string())
}

const AT_ONCE: Duration = Duration::ZERO;
const NEVER: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_request_says_who_asks_and_for_which_request() {
    let (endpoint, task) = neighbour(&format!("{HEAD}2\r\n\r\n{{}}"), AT_ONCE).await.unwrap();
    let trace = TraceParent::start("req-1");
    let context = RequestContext {
        request_id: "req-1".into(),
        auth_token: Some("secret".into()),
        traceparent: Some(trace),
        ..RequestContext::default()
    };
    let client = RestClient::new("glance", &format!("{endpoint}/"));
    let body = json!({ "a": 1 });
    let put = http::Request::put("/v2/images");
    let sent = client.send(&context, put, Some(&body)).await.unwrap();
    assert_eq!((sent.status.as_u16(), &*sent.body), (200, &b"{}"[..]));

    let request = task.await.unwrap().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("PUT /v2/images HTTP/1.1\r\n"), "{head}");
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
    };
    assert_eq!(header("x-openstack-request-id").as_deref(), Some("req-1"));
    assert_eq!(header("x-auth-token").as_deref(), Some("secret"));
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    let told = header("traceparent").unwrap();
    let (own, told) = (trace.to_string(), told.split('-').collect::<Vec<_>>());
    let own: Vec<&str> = own.split('-').collect();
    assert_eq!(told[1], own[1], "the same trace");
    assert_ne!(told[2], own[2], "but from here");
    assert_eq!(body, r#"{"a":1}"#);
}

#[tokio::test]
async fn the_content_of_an_image_is_sent_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    std::fs::write(&disk, "disk").unwrap();
    let cases = [
        ("204 No Content", Ok(true)),
        ("404 Not Found", Ok(false)),
        ("409 Conflict", Err("HttpError".to_owned())),
    ];
    for (status, expected) in cases {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        let (endpoint, task) = neighbour(&answer, AT_ONCE).await.unwrap();
        let client = GlanceClient::new(&endpoint);
        let sent = client.upload(&RequestContext::default(), "a-b", &disk).await;
        assert_eq!(sent.map_err(|error| error.class), expected);
        let request = task.await.unwrap().unwrap();
        assert!(request.starts_with("PUT /v2/images/a-b/file HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("content-type: application/octet-stream\r\n"), "{request}");
        assert!(request.contains("content-length: 4\r\n"), "{request}");
        assert!(request.ends_with("\r\n\r\ndisk"), "{request}");
    }
}

#[tokio::test]
async fn the_content_of_an_image_is_brought_into_a_new_file() {
    let folder = tempfile::tempdir().unwrap();
    // Longer than any document may be.
    let disk = "x".repeat(17_000_000);
    let cases = [
        (format!("{HEAD}{}\r\n\r\n{disk}", disk.len()), Ok(true), true),
        ("HTTP/1.1 204 No Content\r\n\r\n".into(), Ok(false), false),
        ("HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n".into(), Ok(false), false),
        ("HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n".into(), Err("HttpError"), false),
        (format!("{HEAD}9\r\n\r\nhalf"), Err("ConnectFailure"), true),
        (format!("{HEAD}4\r\ncontent-md5: 0\r\n\r\ndisk"), Err("IOError"), true),
    ];
    for (number, (answer, expected, begun)) in cases.into_iter().enumerate() {
        let (endpoint, _task) = neighbour(&answer, AT_ONCE).await.unwrap();
        let dest_path = folder.path().join(number.to_string());
        let client = GlanceClient::new(&endpoint);
        let brought = client.download(&RequestContext::default(), "a-b", &dest_path).await;
        assert_eq!(brought.map_err(|error| error.class), expected.map_err(str::to_owned));
        assert_eq!(dest_path.exists(), begun, "{number}");
        if expected == Ok(true) {
            let written = std::fs::metadata(&dest_path).unwrap().len();
            assert_eq!(written, disk.len() as u64);
            let (endpoint, _task) = neighbour(&answer, AT_ONCE).await.unwrap();
            let client = GlanceClient::new(&endpoint);
            let again = client.download(&RequestContext::default(), "a-b", &dest_path).await;
            assert_eq!(again.unwrap_err().class, "OSError", "a file that is there is not touched");
            assert_eq!(std::fs::metadata(&dest_path).unwrap().len(), written);
        }
    }
}

#[tokio::test]
async fn a_neighbour_that_does_not_answer_as_one_is_a_clear_error() {
    let refused = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let nobody = format!("http://{}", refused.local_addr().unwrap());
    drop(refused);
    let endless = format!("{HEAD}17000000\r\n\r\n{}", "x".repeat(17_000_000));
    let answers = [
        ("SSH-2.0-OpenSSH_9.2\r\n", "ConnectFailure", "invalid HTTP version parsed"),
        ("", "ConnectFailure", "connection closed before message completed"),
        (&*format!("{HEAD}9\r\n\r\nhalf"), "ConnectFailure", "end of file"),
        (&endless, "ConnectFailure", "length limit exceeded"),
        (&*format!("{HEAD}5\r\n\r\nhello"), "InvalidResponse", "expected value"),
        (&*format!("{HEAD}14\r\n\r\n{{\"min_ram\":\"x\"}}"), "InvalidResponse", "invalid type"),
        ("HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n", "HttpError", "answered 500"),
        ("HTTP/1.1 401 X\r\ncontent-length: 0\r\n\r\n", "HttpError", "answered 401"),
    ];
    let mut cases = vec![(nobody, "ConnectFailure", "Connection refused")];
    for (answer, class, problem) in answers {
        cases.push((neighbour(answer, AT_ONCE).await.unwrap().0, class, problem));
    }
    cases.push(("http://not a host".into(), "InvalidURL", "invalid"));
    for (endpoint, class, problem) in cases {
        let error = GlanceClient::new(&endpoint).get(&RequestContext::default(), "x").await;
        let error = error.unwrap_err();
        assert_eq!((&*error.class, error.code()), (class, 503), "{error}");
        assert_eq!(error.module, "keystoneauth1.exceptions");
        let start = format!("glance at {endpoint}: ");
        assert!(error.message.starts_with(&start), "{error}");
        assert!(error.message.contains(problem), "{error}");
    }
}

#[tokio::test]
async fn an_image_that_is_hidden_is_an_image_that_is_not_there() {
    for status in ["404 Not Found", "403 Forbidden"] {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        let (endpoint, _task) = neighbour(&answer, AT_ONCE).await.unwrap();
        let image = GlanceClient::new(&endpoint).get(&RequestContext::default(), "x").await;
        assert_eq!(image, Ok(None), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever() {
    for answer in ["", "HTTP/1.1 200 OK\r\n", &*format!("{HEAD}9\r\n\r\nhalf")] {
        let (endpoint, task) = neighbour(answer, NEVER).await.unwrap();
        let begun = Instant::now();
        let late = RestClient::new("glance", &endpoint);
        let late = late.get(&RequestContext::default(), "/").await.unwrap_err();
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert_eq!((&*late.class, late.code()), ("ConnectTimeout", 503));
        assert_eq!(late.message, format!("glance at {endpoint}: no answer in time"));
        task.abort();
    }
}
