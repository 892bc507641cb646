//! The keys of users.

use crate::house::{Answer, House, IMAGE, PROJECT, image, wish_with};
use nova_extensions::QuotaOptions;
use nova_objects::{KeyPair, NovaObject, Query, RequestContext, Tracked};
use serde_json::{Value, json};
use ssh_key::{PrivateKey, PublicKey};

const URL: &str = "/v2.1/os-keypairs";

/// Keys, and their fingerprints, as `ssh-keygen -l -E md5` has them.
const RSA: (&str, &str) = (
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDwnkLpd1NG8Ty0JGbTWyxg2nEvGvnhKGJA4KQNRLH3vjn2dkq42\
     ghiadeYPwzamP+QA5JBrc07V3dKbBfgc7hZx7WxxzqU3DVK88NQ0KVbRNUkxblEdsqs3FgHbK6aq5AtJZqYOFT1VGPu\
     /Ao5yr5HVppc2yYQNrK3osnj81Vimw== alice@example",
    "03:fe:3c:82:b5:20:67:c3:68:78:f2:11:2c:ac:f5:10",
);
const ECDSA: (&str, &str) = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDm/KPFmU1zu8msQdw\
     eDRCHgU9g80e6AIIbVqYb1ap3oeeNK5yWrjOPis4Oj3D8R2XlzpIualhDk7lQtyWTTJyQ= alice@example\n",
    "c9:b8:0c:7d:b8:6c:24:83:0b:72:bf:32:df:d6:98:4d",
);
const ED25519: (&str, &str) = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMHYosGvOFqZMGfP2ujUaCSv5hlIQm/3dtQex5ouvkT3",
    "db:b3:27:a9:60:3e:58:5f:76:be:97:69:74:50:aa:d8",
);

fn import(name: &str, public_key: &str) -> Value {
    json!({ "keypair": { "name": name, "public_key": public_key } })
}

async fn post(house: &House, version: &str, token: &str, body: Value) -> Answer {
    house.ask(&format!("{token}@{version}"), &format!("POST {URL}"), Some(body)).await
}

async fn key_pairs(house: &House) -> Vec<Tracked<KeyPair>> {
    KeyPair::list(&*house.store, &RequestContext::admin(), Query::all()).await.unwrap()
}

fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let listed = answer.body["keypairs"].as_array().unwrap();
    listed.iter().map(|listed| listed["keypair"]["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_key_that_is_brought_is_kept_with_its_fingerprint() {
    let house = House::new().await;
    for (name, (public_key, fingerprint)) in [("rsa", RSA), ("ec", ECDSA), ("my key_1", ED25519)] {
        let answer = house.post("alice", URL, import(name, public_key)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let keypair = json!({
            "name": name,
            "public_key": public_key,
            "fingerprint": fingerprint,
            "user_id": "alice",
        });
        assert_eq!(answer.body, json!({ "keypair": keypair }));
    }
    assert_eq!(names(&house.get("alice", URL).await), ["ec", "my key_1", "rsa"]);
}

#[tokio::test]
async fn a_key_that_is_made_opens_what_it_locks_and_only_its_lock_is_kept() {
    let house = House::new().await;
    let answer = house.post("alice", URL, json!({ "keypair": { "name": "mine" } })).await;
    assert_eq!(answer.status, 200);
    let text = |field: &str| answer.body["keypair"][field].as_str().unwrap();
    let private_key = PrivateKey::from_openssh(text("private_key")).unwrap();
    let public_key = PublicKey::from_openssh(text("public_key")).unwrap();
    assert_eq!(private_key.public_key(), &public_key);
    assert!(text("public_key").ends_with(" Generated-by-Nova"));
    let again = house.post("alice", URL, import("again", text("public_key"))).await;
    assert_eq!(again.body["keypair"]["fingerprint"], text("fingerprint"));
    let other = house.post("alice", URL, json!({ "keypair": { "name": "other" } })).await;
    assert_ne!(other.body["keypair"]["fingerprint"], text("fingerprint"));
    let shown = house.get("alice", &format!("{URL}/mine")).await;
    assert!(shown.body["keypair"].get("private_key").is_none());
}

#[tokio::test]
async fn a_key_by_itself_says_more_than_in_a_list() {
    let house = House::new().await;
    house.post("alice", URL, import("mine", ED25519.0)).await;
    let all = ["name", "public_key", "fingerprint"];
    let by_itself = ["user_id", "id", "created_at", "updated_at", "deleted", "deleted_at"];
    for (version, types) in [("2.1", &[][..]), ("2.2", &["type"]), ("2.10", &["type"])] {
        let list = house.ask(&format!("alice@{version}"), &format!("GET {URL}"), None).await;
        let keys = list.body["keypairs"][0]["keypair"].as_object().unwrap();
        assert!(keys.keys().eq([&all[..], types].concat()), "{version} {keys:?}");
        let show = house.ask(&format!("alice@{version}"), &format!("GET {URL}/mine"), None).await;
        let keys = show.body["keypair"].as_object().unwrap();
        assert!(keys.keys().eq([&all[..], types, &by_itself].concat()), "{version} {keys:?}");
    }
}

#[tokio::test]
async fn since_2_2_the_status_says_that_it_is_done() {
    let house = House::new().await;
    for (version, created, deleted) in [("2.1", 200, 202), ("2.2", 201, 204), ("2.47", 201, 204)] {
        let answer = post(&house, version, "alice", import("mine", ED25519.0)).await;
        assert_eq!(answer.status, created, "{version}");
        let line = format!("DELETE {URL}/mine");
        let answer = house.ask(&format!("alice@{version}"), &line, None).await;
        assert_eq!((answer.status.as_u16(), answer.body), (deleted, Value::Null), "{version}");
        let again = house.ask(&format!("alice@{version}"), &line, None).await;
        let message = "Keypair mine not found for user alice";
        assert_eq!(again.fault(), (404, "itemNotFound", message));
    }
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let house = House::new().await;
    let no_key = "Keypair data is invalid: failed to generate fingerprint";
    let unsafe_name = "Keypair data is invalid: Keypair name contains unsafe characters";
    let field = |field: &str, value: Value| {
        let mut body = import("mine", ED25519.0);
        body["keypair"][field] = value;
        body
    };
    let extra =
        |name: &str| format!("Additional properties are not allowed ('{name}' was unexpected)");
    let x509 = "Error message: this cloud keeps SSH keys only";
    let made = |key_type: &str| json!({ "keypair": { "name": "mine", "type": key_type } });
    for (version, body, end) in [
        ("2.1", import("mine", ""), no_key),
        ("2.1", import("mine", "ssh-rsa"), no_key),
        ("2.1", import("mine", "ssh-rsa AAAA"), no_key),
        ("2.1", import("mine", &ED25519.0.replace("ssh-ed25519", "ssh-rsa")), no_key),
        ("2.1", import("mine", &RSA.0[..80]), no_key),
        ("2.1", import("mine", "x@y AAAAA3hAeQAAAAE="), no_key),
        ("2.1", import("my.key", ED25519.0), unsafe_name),
        ("2.1", import("schlüssel", ED25519.0), unsafe_name),
        ("2.1", field("name", json!("")), "'' is too short"),
        ("2.1", field("name", json!("x".repeat(256))), "' is too long"),
        ("2.1", field("name", json!(" mine")), "Can not start or end with whitespace."),
        ("2.1", field("public_key", json!(null)), "None is not of type 'string'"),
        ("2.1", json!({ "keypair": {} }), "'name' is a required property"),
        ("2.1", json!({}), "'keypair' is a required property"),
        ("2.1", field("type", json!("ssh")), &*extra("type")),
        ("2.9", field("user_id", json!("alice")), &*extra("user_id")),
        ("2.2", field("type", json!("pgp")), "'pgp' is not one of ['ssh', 'x509']"),
        ("2.2", field("type", json!("x509")), x509),
        ("2.2", made("x509"), x509),
        ("2.10", field("user_id", json!(7)), "7 is not of type 'string'"),
    ] {
        let answer = post(&house, version, "alice", body.clone()).await;
        let (code, name, message) = answer.fault();
        assert_eq!((code, name), (400, "badRequest"), "{body}: {message}");
        assert!(message.ends_with(end), "{body}: {message}");
    }
    assert!(key_pairs(&house).await.is_empty(), "nothing is kept");
}

#[tokio::test]
async fn a_client_of_v2_may_put_blanks_around_a_name() {
    let house = House::new().await;
    let answer = house.post("alice", "/v2/os-keypairs", import(" mine ", ED25519.0)).await;
    assert_eq!(answer.body["keypair"]["name"], "mine");
}

#[tokio::test]
async fn a_user_has_a_name_once_and_not_too_many() {
    let quota = QuotaOptions { quota_key_pairs: 2, ..QuotaOptions::default() };
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await;
    assert_eq!(house.post("alice", URL, import("a", ED25519.0)).await.status, 200);
    let twice = house.post("alice", URL, import("a", RSA.0)).await;
    assert_eq!(twice.fault(), (409, "conflictingRequest", "Key pair 'a' already exists."));
    assert_eq!(house.post("bob", URL, import("a", RSA.0)).await.status, 200, "another user's");
    assert_eq!(house.post("alice", URL, import("b", RSA.0)).await.status, 200);
    for body in [import("c", RSA.0), json!({ "keypair": { "name": "c" } })] {
        let full = house.post("alice", URL, body).await;
        let message = "Quota exceeded, too many key pairs.";
        assert_eq!(full.fault(), (403, "forbidden", message));
    }
    assert_eq!(key_pairs(&house).await.len(), 3);
}

#[tokio::test]
async fn keys_are_a_users_in_whatever_project_and_nobody_elses() {
    let house = House::new().await;
    house.post("alice", URL, import("mine", ED25519.0)).await;
    assert_eq!(names(&house.get("alice:other", URL).await), ["mine"]);
    for token in ["bob", "admin"] {
        assert!(names(&house.get(token, URL).await).is_empty(), "{token}");
        for verb in ["GET", "DELETE"] {
            let answer = house.ask(token, &format!("{verb} {URL}/mine"), None).await;
            assert_eq!(answer.fault().0, 404, "{token} {verb}");
        }
    }
    assert_eq!(key_pairs(&house).await.len(), 1);
}

#[tokio::test]
async fn since_2_10_administrators_act_for_others_and_nobody_else_does() {
    let house = House::new().await;
    let for_alice = || {
        let mut body = import("mine", ED25519.0);
        body["keypair"]["user_id"] = json!("alice");
        body
    };
    let requests = |user: &str| {
        [
            (format!("POST {URL}"), Some(for_alice()), "create"),
            (format!("GET {URL}?user_id={user}"), None, "index"),
            (format!("GET {URL}/mine?user_id={user}"), None, "show"),
            (format!("DELETE {URL}/mine?user_id={user}"), None, "delete"),
        ]
    };
    for (line, body, action) in requests("alice") {
        let refused = house.ask("bob@2.10", &line, body.clone()).await;
        let rule = format!("os_compute_api:os-keypairs:{action}");
        let message = format!("Policy doesn't allow {rule} to be performed.");
        assert_eq!(refused.fault(), (403, "forbidden", &*message), "{line}");
        let answer = house.ask("admin@2.10", &line, body).await;
        assert!(answer.status.is_success(), "{line}: {}", answer.body);
    }
    assert!(key_pairs(&house).await.is_empty(), "made and deleted");
    let own = house.ask("alice@2.10", &format!("POST {URL}"), Some(for_alice())).await;
    assert_eq!(own.body["keypair"]["user_id"], "alice");
    let before = house.ask("admin@2.9", &format!("GET {URL}?user_id=alice"), None).await;
    assert!(names(&before).is_empty(), "an older version does not know the option");
    let line = format!("GET {URL}?user_id=alice&user_id=bob");
    let several = house.ask("admin@2.10", &line, None).await;
    assert_eq!(names(&several), ["mine"], "of several, the first");
}

#[tokio::test]
async fn since_2_35_lists_have_pages() {
    let house = House::new().await;
    for name in ["c", "a", "b"] {
        house.post("alice", URL, import(name, ED25519.0)).await;
    }
    for (version, query, expected) in [
        ("2.35", "", &["a", "b", "c"][..]),
        ("2.35", "?limit=2", &["a", "b"]),
        ("2.35", "?limit=2&marker=b", &["c"]),
        ("2.35", "?limit=0", &[]),
        ("2.34", "?limit=2&marker=b", &["a", "b", "c"]),
    ] {
        let line = format!("GET {URL}{query}");
        let answer = house.ask(&format!("alice@{version}"), &line, None).await;
        assert_eq!(names(&answer), expected, "{version} {query}");
        let next = "http://v2.example:8774/v2.1/os-keypairs?limit=2&marker=b";
        let next = (version == "2.35" && query == "?limit=2")
            .then(|| json!([{ "rel": "next", "href": next }]));
        assert_eq!(answer.body.get("keypairs_links"), next.as_ref(), "{version} {query}");
    }
    for (query, message) in [
        ("marker=z", "Marker z could not be found."),
        ("limit=x", "Invalid input received: limit must be an integer"),
    ] {
        let line = format!("GET {URL}?{query}");
        let answer = house.ask("alice@2.35", &line, None).await;
        assert_eq!(answer.fault(), (400, "badRequest", message));
    }
}

#[tokio::test]
async fn a_server_gets_its_users_key_and_keeps_it() {
    let house = House::new().await;
    house.post("alice", URL, import("mine", ED25519.0)).await;
    house.post("bob", URL, import("his", RSA.0)).await;
    for name in ["his", "none"] {
        let wish = wish_with("key_name", json!(name));
        let answer = house.post("alice", "/v2.1/servers", wish).await;
        assert_eq!(answer.fault(), (400, "badRequest", "Invalid key_name provided."), "{name}");
    }
    let nameless = house.post("alice", "/v2.1/servers", wish_with("key_name", json!(7))).await;
    assert_eq!(nameless.fault().0, 400);
    assert!(house.instances().await.is_empty());
    house.post("alice", "/v2.1/servers", wish_with("key_name", json!("mine"))).await;
    let [instance] = &house.instances().await[..] else { panic!() };
    assert_eq!(instance.key_data.as_deref(), Some(ED25519.0));
    house.ask("alice", &format!("DELETE {URL}/mine"), None).await;
    let url = format!("/v2.1/{PROJECT}/servers/{}", instance.uuid);
    let shown = house.get("alice", &url).await;
    assert_eq!(shown.body["server"]["key_name"], "mine");
}
