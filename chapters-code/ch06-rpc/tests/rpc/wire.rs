//! The bytes: as Python's oslo.messaging writes them, and what else may come.

use crate::manager::{Site, TOPIC, context, note};
use futures_util::StreamExt;
use nova_rpc::{Address, Failure, MessagingError, Reply, ReplyTo, Request, envelope};
use serde_json::{Value, json};

/// An envelope as oslo.messaging writes it, byte for byte.
fn sealed(message: &str) -> String {
    let quoted = message.replace('\\', r"\\").replace('"', r#"\""#);
    format!(r#"{{"oslo.version": "2.0", "oslo.message": "{quoted}"}}"#)
}

fn written(message: &impl serde::Serialize) -> String {
    String::from_utf8(envelope::seal(message).unwrap()).unwrap()
}

/// A cast of oslo.messaging 18.3.1, as captured, with `b` as text.
const CAST: &str = concat!(
    r#"{"method": "note", "args": {"v": "\u00e9\u2603\ud834\udd1e\u007f"}, "version": "1.0", "#,
    r#""_unique_id": "83accd7896da43dda9b0a1fa368fce6c", "_context_request_id": "req-1"}"#,
);

const CALL: &str = concat!(
    r#"{"method": "hello", "args": {"a": 2, "b": 3}, "namespace": "ns", "version": "2.0", "#,
    r#""_msg_id": "c1c5af625dd24980b8dda6c04b011eac", "#,
    r#""_reply_q": "reply_17b3bafd053d4ca2ab67203c19cdbd32", "_timeout": null, "#,
    r#""_unique_id": "730a7d3d413e470cad118c199d6e66b1", "#,
    r#""_context_user_id": "u1", "_context_is_admin": true, "_context_roles": ["admin"], "#,
    r#""_context_none": null, "_context_n": 5}"#,
);

fn cast() -> Request {
    Request {
        method: "note".into(),
        args: [("v".into(), "é☃𝄞\u{7f}".into())].into_iter().collect(),
        namespace: None,
        version: "1.0".into(),
        reply_to: None,
        unique_id: Some("83accd7896da43dda9b0a1fa368fce6c".into()),
        context: [("_context_request_id".into(), "req-1".into())].into_iter().collect(),
    }
}

fn call() -> Request {
    let context = [
        ("_context_user_id", json!("u1")),
        ("_context_is_admin", json!(true)),
        ("_context_roles", json!(["admin"])),
        ("_context_none", json!(null)),
        ("_context_n", json!(5)),
    ];
    Request {
        method: "hello".into(),
        args: [("a".into(), 2.into()), ("b".into(), 3.into())].into_iter().collect(),
        namespace: Some("ns".into()),
        version: "2.0".into(),
        reply_to: Some(ReplyTo {
            msg_id: "c1c5af625dd24980b8dda6c04b011eac".into(),
            reply_q: "reply_17b3bafd053d4ca2ab67203c19cdbd32".into(),
            timeout: None,
        }),
        unique_id: Some("730a7d3d413e470cad118c199d6e66b1".into()),
        context: context.into_iter().map(|(key, value)| (key.into(), value)).collect(),
    }
}

#[test]
fn requests_are_written_as_python_writes_them_and_read_back() {
    for (request, text) in [(cast(), CAST), (call(), CALL)] {
        assert_eq!(written(&request), sealed(text));
        assert_eq!(envelope::open(sealed(text).as_bytes()), Ok(request));
    }
}

#[test]
fn replies_are_written_as_python_writes_them() {
    let mut reply = Reply::new("c1c5".into(), Ok(5.into())).unwrap();
    reply.unique_id = Some("916e".into());
    let text = concat!(
        r#"{"result": 5, "failure": null, "ending": true, "#,
        r#""_msg_id": "c1c5", "_unique_id": "916e"}"#,
    );
    assert_eq!(written(&reply), sealed(text));
}

#[test]
fn a_failure_is_json_in_json_in_json() {
    let failure = Failure {
        class: "NoValidHost".into(),
        module: "nova.exception".into(),
        message: "No valid host".into(),
        tb: vec!["Traceback (most recent call last):\n".into()],
        args: vec!["No valid host".into()],
        kwargs: [("code".into(), 500.into())].into_iter().collect(),
    };
    let mut reply = Reply::new("c1c5".into(), Err(failure)).unwrap();
    reply.unique_id = Some("916e".into());
    let failure = concat!(
        r#"{\"class\": \"NoValidHost\", \"module\": \"nova.exception\", "#,
        r#"\"message\": \"No valid host\", "#,
        r#"\"tb\": [\"Traceback (most recent call last):\\n\"], "#,
        r#"\"args\": [\"No valid host\"], \"kwargs\": {\"code\": 500}}"#,
    );
    let text = format!(
        r#"{{"result": null, "failure": "{failure}", "ending": true, "_msg_id": "c1c5", "_unique_id": "916e"}}"#
    );
    assert_eq!(written(&reply), sealed(&text));
}

#[test]
fn an_envelope_of_another_major_version_stays_closed() {
    for (version, opens) in [("2.0", true), ("2.1", false), ("1.0", false), ("", false)] {
        let body = json!({"oslo.version": version, "oslo.message": CAST}).to_string();
        match envelope::open::<Request>(body.as_bytes()) {
            Ok(_) => assert!(opens, "{version}"),
            Err(error) => {
                assert!(!opens, "{version}");
                assert_eq!(error, MessagingError::UnsupportedEnvelope(version.into()));
            }
        }
    }
}

#[test]
fn a_message_without_envelope_is_taken_as_it_is() {
    assert_eq!(envelope::open(CAST.as_bytes()), Ok(cast()));
}

#[test]
fn a_message_that_says_little_is_a_cast_of_version_1_0() {
    let request: Request = envelope::open(br#"{"method": "note", "_msg_id": null}"#).unwrap();
    assert_eq!((request.version.as_str(), request.reply_to), ("1.0", None));
}

/// What a client sends to `topic`.
async fn sent(site: &Site, send: impl AsyncFnOnce()) -> Value {
    let address = Address::Topic { exchange: None, key: TOPIC.into() };
    let mut bodies = site.transport.consume(&address).await.unwrap();
    send().await;
    envelope::open(&bodies.next().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_client_sends_the_keys_in_oslos_order() {
    let site = Site::new();
    let client = site.client();
    let message = sent(&site, async || client.cast(&context(), "note", &note("v")).await.unwrap());
    let message = message.await;
    let keys: Vec<&str> = message.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys[..5], ["method", "args", "version", "_unique_id", "_context_request_id"]);
    assert!(keys[4..].iter().all(|key| key.starts_with("_context_")), "{keys:?}");
    assert!(keys.contains(&"_context_traceparent"));
    assert_eq!(message["_unique_id"].as_str().unwrap().len(), 32);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_comes_twice_runs_once() {
    let mut site = Site::new();
    let _server = site.server("host-1").await;
    let address = Address::Topic { exchange: None, key: TOPIC.into() };
    let body = envelope::seal(&cast()).unwrap();
    for _ in 0..3 {
        site.transport.publish(&address, body.clone(), None).await.unwrap();
    }
    assert_eq!(site.all_written().await.len(), 1);
    for id in 0..4096 {
        let other = Request { unique_id: Some(id.to_string()), ..cast() };
        let body = envelope::seal(&other).unwrap();
        site.transport.publish(&address, body, None).await.unwrap();
    }
    site.transport.publish(&address, body, None).await.unwrap();
    assert_eq!(site.all_written().await.len(), 4097, "4096 ids later it is forgotten");
}

#[tokio::test(start_paused = true)]
async fn hostile_bytes_are_dropped_and_the_server_goes_on() {
    let mut site = Site::new();
    let _server = site.server("host-1").await;
    let deep = "[".repeat(100_000);
    let inner = |message: &str| sealed(message).into_bytes();
    for body in [
        Vec::new(),
        b"\xff\xfe\x00".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        deep.clone().into_bytes(),
        inner(""),
        inner(&deep),
        inner("5"),
        inner(r#"{"method": 5}"#),
        inner(r#"{"method": "note", "args": [1]}"#),
        inner(r#"{"method": "note", "version": null}"#),
        inner(r#"{"method": "note", "args": {"v": "x"}, "_unique_id": {}}"#),
        inner(r#"{"method": "note", "args": {"v": "x"}, "_context_roles": "admin"}"#),
        inner(r#"{"method": "note", "args": {"v": "x"}, "version": "99999999999.0"}"#),
        br#"{"oslo.version": 2, "oslo.message": {}}"#.to_vec(),
        br#"{"oslo.version": "2.0", "oslo.message": {"method": "note"}}"#.to_vec(),
    ] {
        for address in [
            Address::Topic { exchange: None, key: TOPIC.into() },
            Address::Topic { exchange: None, key: format!("{TOPIC}.host-1") },
            Address::Fanout { topic: TOPIC.into() },
        ] {
            site.transport.publish(&address, body.clone(), None).await.unwrap();
        }
    }
    site.client().cast(&context(), "note", &note("still here")).await.unwrap();
    assert_eq!(site.all_written().await, ["host-1: still here"]);
}

#[tokio::test]
async fn hostile_replies_are_dropped_and_the_client_goes_on() {
    let site = Site::new();
    let client = site.client();
    let address = Address::Topic { exchange: None, key: TOPIC.into() };
    let mut bodies = site.transport.consume(&address).await.unwrap();
    let context = context();
    let answer = async {
        let request: Request = envelope::open(&bodies.next().await.unwrap()).unwrap();
        let ReplyTo { msg_id, reply_q, .. } = request.reply_to.unwrap();
        let queue = Address::Direct { queue: reply_q };
        let good = Reply::new(msg_id.clone(), Ok("the answer".into())).unwrap();
        let alive = Reply { ending: false, result: Value::Null, ..good.clone() };
        let alive = Reply { unique_id: Some("another".into()), ..alive };
        let other = Reply { msg_id: "another".into(), unique_id: None, ..good.clone() };
        for body in [
            b"\xff".to_vec(),
            envelope::seal(&json!({"result": 5})).unwrap(),
            envelope::seal(&alive).unwrap(),
            envelope::seal(&other).unwrap(),
            envelope::seal(&good).unwrap(),
            envelope::seal(&good).unwrap(),
        ] {
            site.transport.publish(&queue, body, None).await.unwrap();
        }
    };
    let args = note("");
    let (got, ()) = tokio::join!(client.call::<_, String>(&context, "note", &args), answer);
    assert_eq!(got.unwrap(), "the answer");
}

#[tokio::test]
async fn a_failure_that_is_none_is_an_error_too() {
    let site = Site::new();
    let client = site.client();
    let address = Address::Topic { exchange: None, key: TOPIC.into() };
    let mut bodies = site.transport.consume(&address).await.unwrap();
    let context = context();
    let answer = async {
        let request: Request = envelope::open(&bodies.next().await.unwrap()).unwrap();
        let ReplyTo { msg_id, reply_q, .. } = request.reply_to.unwrap();
        let reply = Reply::new(msg_id, Ok(Value::Null)).unwrap();
        let reply = Reply { failure: Some("not JSON".into()), ..reply };
        let queue = Address::Direct { queue: reply_q };
        site.transport.publish(&queue, envelope::seal(&reply).unwrap(), None).await.unwrap();
    };
    let args = note("");
    let (got, ()) = tokio::join!(client.call::<_, String>(&context, "note", &args), answer);
    assert_eq!(got.unwrap_err().class, "TypeError");
}
