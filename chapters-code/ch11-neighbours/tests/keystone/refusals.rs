//! Logging in, with what is wrong. Who cannot be understood gets a 400; who can, but is not who he
//! says or has no business there, a 401 that tells him nothing.

use crate::house::{Answer, HOST, House, UNAUTHORIZED, password, project, token, user};
use serde_json::{Value, json};

/// A refusal of somebody who was understood.
fn is_unauthorized(answer: &Answer) {
    assert_eq!(answer.refusal(), (401, UNAUTHORIZED));
    assert_eq!(answer.headers["www-authenticate"], format!("Keystone uri=\"{HOST}/v3\""));
    assert!(!answer.headers.contains_key("x-subject-token"));
}

/// A password proof of alice's, changed.
fn alice_with(field: &str, value: Value) -> Value {
    let mut alice = user("alice");
    alice[field] = value;
    alice.as_object_mut().unwrap().retain(|_, value| *value != "left out");
    json!({ "methods": ["password"], "password": { "user": alice } })
}

#[tokio::test]
async fn who_is_not_who_he_says_is_told_nothing() {
    let house = House::new();
    let bob = house.token("bob").await;
    let mut two_people = password("alice");
    two_people["methods"] = json!(["password", "token"]);
    two_people["token"] = json!({ "id": bob });
    let mut the_other_way = two_people.clone();
    the_other_way["methods"] = json!(["token", "password"]);
    for identity in [
        alice_with("password", json!("wrong")),
        alice_with("password", json!("")),
        alice_with("password", json!("alice-secret ")),
        alice_with("password", json!("ALICE-SECRET")),
        alice_with("password", json!("left out")),
        alice_with("name", json!("nobody at all")),
        alice_with("name", json!("Alice")),
        alice_with("name", json!("alice\0")),
        alice_with("domain", json!({ "name": "default" })),
        alice_with("domain", json!({ "id": "Default" })),
        alice_with("domain", json!({ "id": "default", "name": "Elsewhere" })),
        json!({ "methods": ["password"], "password": { "user": { "id": "x", "password": "x" } } }),
        json!({ "methods": [] }),
        json!({ "methods": ["sorcery"], "sorcery": {} }),
        json!({ "methods": ["password", "sorcery"], "password": { "user": user("alice") } }),
        two_people,
        the_other_way,
    ] {
        let answer = house.post(json!({ "identity": identity })).await;
        assert_eq!(answer.status, 401, "{identity}");
        is_unauthorized(&answer);
    }
}

#[tokio::test]
async fn who_has_no_business_there_gets_no_token_for_it() {
    let house = House::new();
    let alice = house.scoped("alice", json!("unscoped")).await;
    for scope in [
        project("other"),
        project("nowhere"),
        json!({ "project": { "id": "nowhere" } }),
        json!({ "project": { "name": "demo", "domain": { "name": "Elsewhere" } } }),
        json!({ "project": { "name": "demo", "domain": { "id": "default", "name": "x" } } }),
        json!({ "domain": { "id": "default" } }),
        json!({ "domain": { "name": "Elsewhere" } }),
        json!({ "system": { "all": true } }),
        json!({ "OS-TRUST:trust": { "id": "x" } }),
    ] {
        for identity in [password("alice"), token(&alice)] {
            let answer = house.post(json!({ "identity": identity, "scope": scope })).await;
            assert_eq!(answer.status, 401, "{scope}");
            is_unauthorized(&answer);
        }
    }
}

#[tokio::test]
async fn a_token_that_is_none_buys_none() {
    let house = House::new();
    for bad in ["nonsense", "", "\0", "🦀", &"x".repeat(9000)] {
        let answer = house.post(json!({ "identity": token(bad) })).await;
        assert_eq!(answer.refusal(), (404, "Could not find token."));
    }
}

#[tokio::test]
async fn who_cannot_be_understood_is_told_what_is_missing() {
    let house = House::new();
    let proof = "an identity with its methods in auth";
    for (auth, missing) in [
        (json!(null), proof),
        (json!([]), proof),
        (json!("auth"), proof),
        (json!({}), proof),
        (json!({ "identity": null }), proof),
        (json!({ "identity": {} }), proof),
        (json!({ "identity": { "methods": "password" } }), proof),
        (json!({ "identity": { "methods": [5] } }), proof),
        (json!({ "identity": { "methods": ["password"] } }), "password in identity"),
        (
            json!({ "identity": { "methods": ["password"], "password": null } }),
            "password in identity",
        ),
        (json!({ "identity": { "methods": ["password"], "password": {} } }), proof),
        (json!({ "identity": { "methods": ["password"], "password": { "user": "x" } } }), proof),
        (
            json!({ "identity": { "methods": ["password"], "password": { "user": {} } } }),
            "id or name in user",
        ),
        (json!({ "identity": { "methods": ["token"] } }), "token in identity"),
        (json!({ "identity": { "methods": ["token"], "token": {} } }), proof),
        (json!({ "identity": { "methods": ["token"], "token": { "id": 5 } } }), proof),
        (json!({ "identity": alice_with("password", json!(5)) }), proof),
        (json!({ "identity": alice_with("password", json!(null)) }), proof),
        (json!({ "identity": alice_with("password", json!(["alice-secret"])) }), proof),
        (json!({ "identity": alice_with("name", json!(5)) }), proof),
        (json!({ "identity": alice_with("domain", json!("Default")) }), proof),
        (json!({ "identity": alice_with("domain", json!("left out")) }), "domain in user"),
        (json!({ "identity": alice_with("domain", json!({})) }), "id or name in domain"),
    ] {
        let answer = house.post(auth.clone()).await;
        let (status, message) = answer.refusal();
        assert_eq!(status, 400, "{auth}");
        let expected = format!("Expecting to find {missing}. The server could not comply");
        assert!(message.starts_with(&expected), "{auth}: {message}");
    }
}

#[tokio::test]
async fn a_token_is_for_one_thing_at_most() {
    let house = House::new();
    let choice = "one of project, domain, system, OS-TRUST:trust and unscoped in scope";
    let demo = json!({ "id": "c0ffee" });
    for (scope, missing) in [
        (json!(null), choice),
        (json!(5), choice),
        (json!("project"), choice),
        (json!([]), choice),
        (json!({}), choice),
        (json!({ "everything": {} }), choice),
        (json!({ "project": demo, "domain": { "id": "default" } }), choice),
        (json!({ "project": demo, "unscoped": {} }), choice),
        (json!({ "project": 5 }), choice),
        (json!({ "project": { "id": 5 } }), choice),
        (json!({ "project": { "name": "demo", "domain": "default" } }), choice),
        (json!({ "project": {} }), "id or name in project"),
        (json!({ "project": { "name": "demo" } }), "domain in project"),
        (json!({ "project": { "name": "demo", "domain": {} } }), "id or name in domain"),
    ] {
        // Who cannot be understood is not asked who he is.
        for identity in [password("alice"), alice_with("password", json!("wrong"))] {
            let answer = house.post(json!({ "identity": identity, "scope": scope })).await;
            let (status, message) = answer.refusal();
            assert_eq!(status, 400, "{scope}");
            assert!(message.contains(missing), "{scope}: {message}");
        }
    }
}

#[tokio::test]
async fn no_refusal_repeats_a_secret() {
    let house = House::new();
    let secret = "hunter2";
    let mut user = user("alice");
    user["password"] = json!({ "a": secret });
    let methods = json!(["password", "token", secret]);
    let proofs = [
        (json!({ "user": user }), json!({ "id": secret })),
        (json!({ "user": secret }), json!(secret)),
        (json!(secret), json!({ "id": [secret] })),
        (json!([secret]), json!({ secret: secret })),
    ];
    for (password, token) in proofs {
        for methods in [&methods, &json!(["token"]), &json!([secret]), &json!(secret)] {
            for scope in [json!("unscoped"), json!({ "project": secret }), json!(secret)] {
                let identity = json!({ "methods": methods, "password": password, "token": token });
                let answer = house.post(json!({ "identity": identity, "scope": scope })).await;
                assert!((400..405).contains(&answer.status), "{identity}: {}", answer.status);
                assert!(!answer.text.contains(secret), "{identity}: {}", answer.text);
                let headers = format!("{:?}", answer.headers);
                assert!(!headers.contains(secret), "{identity}: {headers}");
            }
        }
    }
}
