//! What nobody would send who means well.

use crate::house::{House, UNAUTHORIZED, password, project, token, user};
use serde_json::json;
use std::sync::Arc;
use tokio::task::JoinSet;

const LOG_IN: &str = "POST /v3/auth/tokens";

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let house = House::new();
    let wish = json!({ "auth": { "identity": password("alice") }, "padding": "x".repeat(115_000) });
    let wish = wish.to_string();
    let length = wish.len().to_string();
    for headers in [&[][..], &[("content-length", length.as_bytes())]] {
        assert_eq!(house.ask(LOG_IN, headers, &*wish).await.status, 413);
    }
    let fits = json!({ "auth": { "identity": password("alice") }, "padding": "x".repeat(114_000) });
    assert_eq!(house.ask(LOG_IN, &[], fits.to_string()).await.status, 201);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let house = House::new();
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let deep_wish = format!(r#"{{"auth":{{"identity":{deep}}}}}"#);
    for content in [
        &b"{"[..],
        b"hello",
        b"{\"auth\": \"\xff\"}",
        b"\xef\xbb\xbf{}",
        b"\0",
        b"NaN",
        b"{\"auth\": NaN}",
        b"{} {}",
        br#"{"auth": "\ud800"}"#,
        deep.as_bytes(),
        deep_wish.as_bytes(),
    ] {
        let answer = house.ask(LOG_IN, &[], content).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    for content in ["", "null", "[]", "5", "\"auth\"", "{}", "{\"Auth\": {}}"] {
        let answer = house.ask(LOG_IN, &[], content).await;
        let (status, message) = answer.refusal();
        assert_eq!(status, 400, "{content}");
        assert!(message.starts_with("Expecting to find auth in request body."), "{message}");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let house = House::new();
    let wish = json!({ "auth": { "identity": password("alice") } }).to_string();
    for (content_type, status) in [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("application/xml", 400),
        ("application/x-www-form-urlencoded", 400),
        ("multipart/form-data; boundary=x", 400),
    ] {
        let headers = [("content-type", content_type.as_bytes())];
        assert_eq!(house.ask(LOG_IN, &headers, &*wish).await.status, status, "{content_type}");
    }
}

#[tokio::test]
async fn of_two_keys_alike_the_last_one_counts() {
    let house = House::new();
    let identity = password("alice");
    let content = format!(r#"{{"auth":{{"identity":5}},"auth":{{"identity":{identity}}}}}"#);
    assert_eq!(house.ask(LOG_IN, &[], content).await.status, 201);
    let content = format!(r#"{{"auth":{{"identity":{identity},"identity":5}}}}"#);
    assert_eq!(house.ask(LOG_IN, &[], content).await.refusal().0, 400);
}

#[tokio::test]
async fn a_name_may_be_anything_and_is_nobody() {
    let house = House::new();
    let long = "x".repeat(50_000);
    for odd in [
        "",
        " ",
        "alice ",
        "\0",
        "alice\0",
        "a\r\nb",
        "{}",
        "%s",
        "' or 1=1",
        "ａｌｉｃｅ",
        "🦀",
        &long,
    ] {
        let mut alice = user("alice");
        alice["name"] = odd.into();
        let identity = json!({ "methods": ["password"], "password": { "user": alice } });
        let answer = house.post(json!({ "identity": identity })).await;
        assert_eq!(answer.refusal(), (401, UNAUTHORIZED), "{odd:?}");
        let mut identity = password("alice");
        identity["password"]["user"]["password"] = odd.into();
        let answer = house.post(json!({ "identity": identity })).await;
        assert_eq!(answer.refusal(), (401, UNAUTHORIZED), "{odd:?}");
        let wish = json!({ "identity": password("alice"), "scope": project(odd) });
        assert_eq!(house.post(wish).await.refusal(), (401, UNAUTHORIZED), "{odd:?}");
        let identity = json!({ "methods": [odd], odd: {} });
        assert_eq!(house.post(json!({ "identity": identity })).await.refusal().0, 401, "{odd:?}");
    }
}

#[tokio::test]
async fn a_path_may_be_anything_and_leads_nowhere() {
    let house = House::new();
    let root = house.token("root").await;
    let long = "x".repeat(50_000);
    for odd in ["..", "\0", "a\r\nset-cookie: x", "\"", "<script>", "🦀", "\u{ff}", "%41", &long]
    {
        for path in ["projects", "users", "endpoints"] {
            let answer = house.with(&root, &format!("GET /v3/{path}/{odd}")).await;
            assert_eq!(answer.refusal().0, 404, "{odd:?}");
        }
        let answer = house.with(&root, &format!("GET /v3/users/{odd}/projects")).await;
        assert_eq!(answer.refusal().0, 404, "{odd:?}");
        let query = format!("GET /v3/projects?{odd}={odd}&{odd}");
        assert_eq!(house.with(&root, &query).await.status, 200, "{odd:?}");
    }
}

#[tokio::test]
async fn many_proofs_at_once_are_no_more_than_one() {
    let house = House::new();
    let mut identity = password("alice");
    identity["methods"] = vec!["password"; 5000].into();
    let answer = house.post(json!({ "identity": identity })).await;
    assert_eq!((answer.status, &answer.body["token"]["methods"]), (201, &json!(["password"])));
}

#[tokio::test]
async fn a_token_of_a_token_of_a_token_is_no_longer_good() {
    let house = House::new();
    let first = house.post(json!({ "identity": password("alice") })).await;
    let mut last = first.token().to_owned();
    for _ in 0..50 {
        let answer = house.post(json!({ "identity": token(&last) })).await;
        assert_eq!(answer.body["token"]["expires_at"], first.body["token"]["expires_at"]);
        assert!(answer.text.len() < 500, "nothing that grows: {}", answer.text);
        last = answer.token().to_owned();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_log_in_at_the_same_time() {
    let house = Arc::new(House::new());
    let mut crowd = JoinSet::new();
    for number in 0..200 {
        let house = Arc::clone(&house);
        crowd.spawn(async move {
            let user = ["root", "alice", "bob", "nova"][number % 4];
            let token = house.token(user).await;
            let answer = house.about("GET", &token, &token).await;
            assert_eq!(answer.body["token"]["user"]["name"], user);
            if number % 2 == 0 {
                assert_eq!(house.about("DELETE", &token, &token).await.status, 204);
            }
            (token, number % 2 == 0)
        });
    }
    let mut tokens = crowd.join_all().await;
    for (token, revoked) in &tokens {
        let status = if *revoked { 401 } else { 200 };
        assert_eq!(house.with(token, "GET /v3/auth/projects").await.status, status);
    }
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 200);
}
