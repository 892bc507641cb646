//! Which versions there are: for everybody, before anybody has a token.

use crate::house::{HOST, House};
use serde_json::{Value, json};

fn version() -> Value {
    json!({
        "id": "v3.6",
        "status": "stable",
        "updated": "2016-04-04T00:00:00Z",
        "links": [{ "rel": "self", "href": format!("{HOST}/v3/") }],
        "media-types": [{
            "base": "application/json",
            "type": "application/vnd.openstack.identity-v3+json",
        }],
    })
}

#[tokio::test]
async fn the_root_offers_a_choice_of_one_version() {
    let house = House::new();
    for path in ["/", ""] {
        let answer = house.ask(&format!("GET {path}"), &[], "").await;
        let choice = json!({ "versions": { "values": [version()] } });
        assert_eq!((answer.status, &answer.body), (300, &choice), "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn the_version_describes_itself() {
    let house = House::new();
    for token in [&b""[..], b"nonsense"] {
        for path in ["/v3", "/v3/"] {
            for method in ["GET", "HEAD"] {
                let headers = [("x-auth-token", token)];
                let answer = house.ask(&format!("{method} {path}"), &headers, "").await;
                let document = json!({ "version": version() });
                assert_eq!((answer.status, &answer.body), (200, &document), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_nowhere_is_not_found() {
    let house = House::new();
    let root = house.token("root").await;
    for line in [
        "GET /v2.0",
        "POST /v2.0/tokens",
        "GET /v33",
        "GET /v3/nope",
        "GET /v3/auth",
        "GET /v3/auth/",
        "GET /v3/projects/x/users",
        "PUT /v3/auth/tokens",
        "PATCH /v3/auth/tokens",
        "POST /v3",
    ] {
        assert_eq!(house.with(&root, line).await.status, 404, "{line}");
        assert_eq!(house.ask(line, &[], "").await.status, 404, "{line}");
    }
}
