//! Whose a token is, who may ask, and until when it is good.

use crate::house::{House, UNAUTHORIZED, password, project, token};
use serde_json::{Value, json};
use std::time::Duration;

const FORBIDDEN: &str = "You are not authorized to perform the requested action: identity:";

#[tokio::test]
async fn a_service_and_an_administrator_may_ask_about_everybody() {
    let house = House::new();
    let given =
        house.post(json!({ "identity": password("alice"), "scope": project("demo") })).await;
    let alice = given.token();
    let own = house.scoped("alice", json!("unscoped")).await;
    for (who, caller) in [
        ("a service", house.token("nova").await),
        ("an administrator", house.token("root").await),
        ("an administrator elsewhere", house.scoped("root", project("demo")).await),
        ("oneself", alice.to_owned()),
        ("oneself, with another token", own),
    ] {
        let answer = house.about("GET", &caller, alice).await;
        assert_eq!(answer.status, 200, "{who}");
        assert_eq!(answer.body, given.body, "{who}");
        assert_eq!(answer.headers["x-subject-token"], alice, "{who}");
    }
}

#[tokio::test]
async fn anybody_else_may_not() {
    let house = House::new();
    let alice = house.token("alice").await;
    for (caller, line, action) in [
        ("bob", "GET", "validate_token"),
        ("bob", "DELETE", "revoke_token"),
        ("nobody", "GET", "validate_token"),
        // As in Keystone, a service may read a token and do nothing else with it.
        ("nova", "DELETE", "revoke_token"),
    ] {
        let caller = house.token(caller).await;
        let answer = house.about(line, &caller, &alice).await;
        assert_eq!(answer.refusal(), (403, &*format!("{FORBIDDEN}{action}.")), "{line}");
    }
    for (caller, status) in [("bob", 403), ("nova", 403), ("root", 200), ("alice", 200)] {
        let caller = house.token(caller).await;
        let answer = house.about("HEAD", &caller, &alice).await;
        assert_eq!(answer.status, status, "{caller}");
        assert_eq!(answer.headers.get("x-subject-token").is_some(), status == 200);
    }
    // An administrator who asks with a token for nothing is nobody in particular.
    let root = house.scoped("root", json!("unscoped")).await;
    assert_eq!(house.about("GET", &root, &alice).await.status, 403);
    assert_eq!(house.about("GET", &alice, &alice).await.status, 200, "it is still good");
}

#[tokio::test]
async fn a_token_that_is_none_is_not_found() {
    let house = House::new();
    let caller = house.token("bob").await;
    for method in ["GET", "DELETE"] {
        for subject in [&b"nonsense"[..], b"", b"\xff\xfe", &[b'x'; 9000]] {
            let headers = [("x-auth-token", caller.as_bytes()), ("x-subject-token", subject)];
            let answer = house.ask(&format!("{method} /v3/auth/tokens"), &headers, "").await;
            assert_eq!(answer.refusal(), (404, "Could not find token."));
        }
        let answer = house.with(&caller, &format!("{method} /v3/auth/tokens")).await;
        assert_eq!(answer.refusal(), (404, "Could not find token."));
    }
    assert_eq!(house.about("HEAD", &caller, "nonsense").await.status, 404);
}

#[tokio::test]
async fn who_has_no_good_token_may_ask_nothing() {
    let house = House::new();
    let subject = house.token("alice").await;
    let revoked = house.token("alice").await;
    assert_eq!(house.about("DELETE", &revoked, &revoked).await.status, 204);
    for line in ["GET /v3/auth/tokens", "DELETE /v3/auth/tokens", "GET /v3/auth/catalog"] {
        for caller in [&b"nonsense"[..], b"", b"\xff", revoked.as_bytes(), b"a11ce", b"root-secret"]
        {
            let headers = [("x-auth-token", caller), ("x-subject-token", subject.as_bytes())];
            let answer = house.ask(line, &headers, "").await;
            assert_eq!(answer.refusal(), (401, UNAUTHORIZED), "{line}");
        }
        let answer = house.ask(line, &[("x-subject-token", subject.as_bytes())], "").await;
        assert_eq!(answer.refusal(), (401, UNAUTHORIZED), "{line}");
        assert!(answer.headers.contains_key("www-authenticate"));
    }
    let upper = house.token("alice").await.to_uppercase();
    assert_eq!(house.about("GET", &upper, &subject).await.status, 401);
}

#[tokio::test]
async fn a_revoked_token_is_gone_and_no_other() {
    let house = House::new();
    for caller in ["alice", "root"] {
        let (first, second) = (house.token("alice").await, house.token("alice").await);
        let caller = house.token(caller).await;
        let answer = house.about("DELETE", &caller, &first).await;
        assert_eq!((answer.status, &*answer.text), (204, ""));
        for method in ["GET", "DELETE", "HEAD"] {
            assert_eq!(house.about(method, &caller, &first).await.status, 404, "{method}");
        }
        assert_eq!(house.with(&first, "GET /v3/auth/projects").await.status, 401);
        assert_eq!(house.post(json!({ "identity": token(&first) })).await.status, 404);
        assert_eq!(house.about("GET", &caller, &second).await.status, 200);
    }
}

#[tokio::test]
async fn a_document_may_come_without_its_catalog() {
    let house = House::new();
    let alice = house.token("alice").await;
    let headers = [("x-auth-token", alice.as_bytes()), ("x-subject-token", alice.as_bytes())];
    let whole = house.ask("GET /v3/auth/tokens", &headers, "").await;
    for query in ["nocatalog", "nocatalog=1", "allow_expired=1&nocatalog="] {
        let answer = house.ask(&format!("GET /v3/auth/tokens?{query}"), &headers, "").await;
        let mut expected = whole.body.clone();
        expected["token"].as_object_mut().unwrap().shift_remove("catalog");
        assert_eq!((answer.status, &answer.body), (200, &expected), "{query}");
    }
}

#[tokio::test]
async fn a_token_is_good_until_it_expires() {
    let house = House::with_tokens_for(Duration::ZERO);
    let stillborn = house.token("alice").await;
    assert_eq!(
        house.with(&stillborn, "GET /v3/auth/projects").await.refusal(),
        (401, UNAUTHORIZED)
    );
    assert_eq!(house.post(json!({ "identity": token(&stillborn) })).await.status, 404);

    let house = House::with_tokens_for(Duration::from_secs(2));
    let old = house.token("alice").await;
    assert_eq!(house.about("GET", &old, &old).await.status, 200);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let new = house.token("alice").await;
    // For the old token, and so no longer good than that.
    let bought = house.post(json!({ "identity": token(&old) })).await.token().to_owned();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for expired in [&old, &bought] {
        assert_eq!(house.about("GET", &new, expired).await.status, 404);
        assert_eq!(house.about("DELETE", &new, expired).await.status, 404);
        assert_eq!(house.about("GET", expired, &new).await.status, 401);
    }
    assert_eq!(house.about("GET", &new, &new).await.status, 200);
}

#[tokio::test]
async fn a_token_may_be_good_for_ever() {
    let house = House::with_tokens_for(Duration::MAX);
    let alice = house.token("alice").await;
    let answer = house.about("GET", &alice, &alice).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["token"]["expires_at"], "9999-12-30T22:00:00.999999Z");
}

#[tokio::test]
async fn no_two_tokens_are_alike() {
    let house = House::new();
    let mut seen = Vec::<(String, Value)>::new();
    for _ in 0..20 {
        let answer = house.post(json!({ "identity": password("alice") })).await;
        seen.push((answer.token().to_owned(), answer.body["token"]["audit_ids"][0].clone()));
    }
    for (at, (token, audit_id)) in seen.iter().enumerate() {
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
        assert!(seen[..at].iter().all(|(other, id)| other != token && id != audit_id));
        assert!(!token.contains(audit_id.as_str().unwrap()));
    }
}
