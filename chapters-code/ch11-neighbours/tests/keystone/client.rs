//! Nova asks a Keystone whose a token is, and the Keystone misbehaves.

use crate::script::{FOREVER, PASSWORD, Script, answer, client, gives, knows, says};
use nova_neighbours::KeystoneClient;
use nova_objects::{NovaException, RemoteError, RequestContext, Secret};
use nova_pipeline::authtoken::identity::{AccessInfo, TokenValidator};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinSet, time::Instant};

const SUBJECT: &str = "5ab1ec7";

async fn validate(client: &KeystoneClient, token: &str) -> Result<Option<AccessInfo>, RemoteError> {
    // The request's own token is none of Keystone's business.
    let context = RequestContext {
        request_id: "req-1".into(),
        auth_token: Some("another".into()),
        ..RequestContext::default()
    };
    client.validate(&context, &Secret::from(token)).await
}

const LOG_IN: &str = "POST /v3/auth/tokens as  of ";

fn ask(own: &str) -> String {
    format!("GET /v3/auth/tokens as {own} of {SUBJECT}")
}

#[tokio::test]
async fn a_service_logs_in_once_and_asks_many_times() {
    let (script, client) = Script::start(&[gives("own"), knows()]).await;
    for _ in 0..5 {
        let access = validate(&client, SUBJECT).await.unwrap().unwrap();
        assert_eq!((&*access.user.id, access.project), ("a11ce", None));
    }
    let mut expected = vec![LOG_IN.to_owned()];
    expected.resize(6, ask("own"));
    assert_eq!(script.asked(), expected);
}

#[tokio::test]
async fn it_says_who_it_is_and_for_which_request_it_asks() {
    let (script, client) = Script::start(&[gives("own"), knows()]).await;
    validate(&client, SUBJECT).await.unwrap();
    let asked = script.requests.lock().unwrap();
    let (_, content) = asked[0].split_once("\r\n\r\n").unwrap();
    let user = json!({ "name": "nova", "password": PASSWORD, "domain": { "name": "Users" } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    let project = json!({ "name": "service", "domain": { "name": "Projects" } });
    let wish = json!({ "auth": { "identity": identity, "scope": { "project": project } } });
    assert_eq!(serde_json::from_str::<Value>(content).unwrap(), wish);
    for request in &*asked {
        assert!(request.contains("\r\nx-openstack-request-id: req-1\r\n"), "{request}");
        assert!(!request.contains("another"), "{request}");
    }
}

#[tokio::test]
async fn a_token_of_its_own_that_has_expired_is_replaced() {
    let expired = says("401 Unauthorized");
    let answers = [gives("first"), knows(), expired, gives("second"), knows()];
    let (script, client) = Script::start(&answers).await;
    for _ in 0..3 {
        assert!(validate(&client, SUBJECT).await.unwrap().is_some());
    }
    let (first, second) = (ask("first"), ask("second"));
    let expected =
        [LOG_IN.to_owned(), first.clone(), first, LOG_IN.to_owned(), second.clone(), second];
    assert_eq!(script.asked(), expected);
}

#[tokio::test]
async fn a_new_token_that_is_rejected_too_is_an_error() {
    let rejected = says("401 Unauthorized");
    let answers =
        [gives("first"), rejected.clone(), gives("second"), rejected, gives("third"), knows()];
    let (script, client) = Script::start(&answers).await;
    let error = validate(&client, SUBJECT).await.unwrap_err();
    is_unavailable(&error, "rejects the service's own token");
    assert_eq!(script.asked().len(), 4);
    // The next one tries again.
    assert!(validate(&client, SUBJECT).await.unwrap().is_some());
}

#[tokio::test]
async fn a_token_that_keystone_does_not_know_is_nobodys() {
    let (script, client) = Script::start(&[gives("own"), says("404 Not Found"), knows()]).await;
    assert_eq!(validate(&client, SUBJECT).await, Ok(None));
    assert!(validate(&client, SUBJECT).await.unwrap().is_some(), "it asks again");
    assert_eq!(script.asked().len(), 3);
}

#[tokio::test]
async fn what_is_no_header_is_no_token_and_nobody_is_asked() {
    let (script, client) = Script::start(&[gives("own"), knows()]).await;
    for token in ["a\nb", "a\r\nx-auth-token: b", "\0", "\u{7f}"] {
        assert_eq!(validate(&client, token).await, Ok(None), "{token:?}");
    }
    assert_eq!(script.asked(), [""; 0]);
    for token in ["", "🦀", "a b", &"x".repeat(9000)] {
        assert!(validate(&client, token).await.unwrap().is_some(), "{token:?}");
    }
}

/// The error is one for which a client gets a 503, and tells no secret.
fn is_unavailable(error: &RemoteError, problem: &str) {
    let printed = format!("{error} {error:?}");
    assert_eq!((error.code(), &*error.module), (503, "keystoneauth1.exceptions"), "{printed}");
    assert!(error.message.starts_with("keystone at http://127.0.0.1:"), "{printed}");
    assert!(error.message.contains(problem), "{printed}");
    assert!(!error.message.contains('\n'), "{printed}");
    for secret in [PASSWORD, SUBJECT, "0wn-t0ken"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

/// Answers that are none, and what is said of them. Some repeat what was sent.
fn bad_answers() -> Vec<(String, &'static str)> {
    let echo = format!("{SUBJECT} {PASSWORD} 0wn-t0ken");
    let typed = |token: Value| answer("200 OK", "", &json!({ "token": token }).to_string());
    vec![
        (says("500 Internal Server Error"), "500 Internal Server Error"),
        (answer("500 Oh", "", &echo), "500 Internal Server Error"),
        (answer("403 Forbidden", "", &echo), "403 Forbidden"),
        (says("300 Multiple Choices"), "300 Multiple Choices"),
        (answer("302 Found", &format!("location: http://{SUBJECT}/\r\n"), ""), "302 Found"),
        (says("204 No Content"), ""),
        (answer("200 OK", "", ""), ""),
        (answer("200 OK", "", &echo), ""),
        (answer("200 OK", "", "<html></html>"), ""),
        (answer("200 OK", "", &format!("\"{echo}\"")), ""),
        (typed(json!(echo)), ""),
        (typed(json!({ "user": echo })), ""),
        (typed(json!({ "expires_at": echo, "user": {} })), ""),
        (typed(json!({ "roles": echo })), ""),
        (typed(json!({ "catalog": [{ "type": 5, "id": echo }] })), ""),
        (format!("{echo}\r\n\r\n"), "invalid HTTP version"),
        ("SSH-2.0-OpenSSH_9.2\r\n".into(), "invalid HTTP version"),
        (format!("HTTP/1.1 {SUBJECT}\r\n\r\n"), "invalid HTTP status"),
        (String::new(), "connection closed before message completed"),
    ]
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error_without_a_secret() {
    for (bad, problem) in bad_answers() {
        let (_script, client) = Script::start(&[gives("0wn-t0ken"), bad.clone()]).await;
        is_unavailable(&validate(&client, SUBJECT).await.unwrap_err(), problem);
        // A 200 without a token is no login either.
        let (_script, client) = Script::start(&[bad]).await;
        is_unavailable(&validate(&client, SUBJECT).await.unwrap_err(), problem);
    }
    for status in ["401 Unauthorized", "400 Bad Request", "404 Not Found", "201 Created"] {
        let (script, client) = Script::start(&[answer(status, "", PASSWORD)]).await;
        let error = validate(&client, SUBJECT).await.unwrap_err();
        is_unavailable(&error, &format!("nova cannot log in: {status}"));
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test]
async fn where_nobody_listens_nobody_is_let_in() {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let auth_url = format!("http://{}/v3", listener.local_addr().unwrap());
    drop(listener);
    let error = validate(&client(&auth_url), SUBJECT).await.unwrap_err();
    is_unavailable(&error, "Connection refused");
}

#[tokio::test]
async fn after_trouble_it_works_again() {
    let answers = [says("500 Oh"), gives("own"), says("503 Oh"), knows()];
    let (script, client) = Script::start(&answers).await;
    assert!(validate(&client, SUBJECT).await.is_err());
    assert!(validate(&client, SUBJECT).await.is_err());
    assert!(validate(&client, SUBJECT).await.unwrap().is_some());
    assert_eq!(script.asked(), [LOG_IN.to_owned(), LOG_IN.to_owned(), ask("own"), ask("own")]);
}

#[tokio::test(start_paused = true)]
async fn a_keystone_that_does_not_answer_is_not_waited_for_for_ever() {
    let silence = format!("HTTP/1.1 200 OK\r\n{FOREVER}: x\r\n");
    let half = format!("HTTP/1.1 200 OK\r\n{FOREVER}: x\r\ncontent-length: 9\r\n\r\nhalf");
    for silence in [silence, half] {
        for answers in [vec![silence.clone()], vec![gives("0wn-t0ken"), silence]] {
            let (_script, client) = Script::start(&answers).await;
            let begun = Instant::now();
            let error = validate(&client, SUBJECT).await.unwrap_err();
            is_unavailable(&error, "no answer in time");
            assert_eq!(begun.elapsed().as_secs(), 30);
        }
    }
}

/// Fifty who ask at the same time.
async fn crowd(client: KeystoneClient) -> Vec<Result<Option<AccessInfo>, RemoteError>> {
    let (client, mut crowd) = (Arc::new(client), JoinSet::new());
    for _ in 0..50 {
        let client = Arc::clone(&client);
        crowd.spawn(async move { validate(&client, SUBJECT).await });
    }
    crowd.join_all().await
}

#[tokio::test]
async fn of_many_who_ask_at_the_same_time_one_logs_in() {
    let (script, client) = Script::start(&[gives("own"), knows()]).await;
    assert!(crowd(client).await.into_iter().all(|access| access.unwrap().is_some()));
    let asked = script.asked();
    assert_eq!(asked.iter().filter(|line| *line == LOG_IN).count(), 1);
    assert_eq!(asked.iter().filter(|line| **line == ask("own")).count(), 50);
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_a_silent_keystone_wait_no_longer_than_one() {
    let (_script, client) = Script::start(&[format!("HTTP/1.1 200 OK\r\n{FOREVER}: x\r\n")]).await;
    let begun = Instant::now();
    for error in crowd(client).await {
        is_unavailable(&error.unwrap_err(), "no answer in time");
    }
    assert_eq!(begun.elapsed().as_secs(), 30);
}
