//! `/flavors`.

use crate::house::{Answer, House};
use nova_objects::{Flavor, NovaObject, RequestContext};
use serde_json::json;

fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let flavors = answer.body["flavors"].as_array().unwrap();
    flavors.iter().map(|flavor| flavor["name"].as_str().unwrap()).collect()
}

/// A house with two flavors more: a private one, and one that is withdrawn.
async fn house() -> House {
    let house = House::new().await;
    let private = Flavor { is_public: false, ..Flavor::new("6", "private", 1, 1, 1) };
    let withdrawn = Flavor { disabled: true, ..Flavor::new("7", "withdrawn", 1, 1, 1) };
    for flavor in [private, withdrawn] {
        flavor.create(&*house.store, &RequestContext::admin()).await.unwrap();
    }
    house
}

#[tokio::test]
async fn who_asks_decides_which_flavors_there_are() {
    let house = house().await;
    let five = ["m1.tiny", "m1.small", "m1.medium", "m1.large", "m1.xlarge"];
    let with = |more: &[&'static str]| [&five[..], more].concat();
    for (token, query, expected) in [
        ("alice", "", with(&[])),
        ("alice", "?is_public=None", with(&[])),
        ("admin", "", with(&["withdrawn"])),
        ("admin", "?is_public=None", with(&["private", "withdrawn"])),
        ("admin", "?is_public=no", vec!["private"]),
        ("admin", "?limit=1&marker=1", vec!["m1.small"]),
    ] {
        let answer = house.get(token, &format!("/v2.1/flavors{query}")).await;
        assert_eq!(names(&answer), expected, "{token} {query}");
    }
    let answer = house.get("admin", "/v2.1/flavors?is_public=perhaps").await;
    assert_eq!(answer.fault(), (400, "badRequest", "Invalid is_public filter [perhaps]"));
}

#[tokio::test]
async fn a_flavor_by_itself_says_how_large_it_is() {
    let house = house().await;
    let answer = house.get("alice", "/v2.1/flavors/1").await;
    let base = "http://v2.example:8774";
    let flavor = json!({
        "id": "1", "name": "m1.tiny", "ram": 512, "disk": 1, "vcpus": 1, "swap": "",
        "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false,
        "os-flavor-access:is_public": true, "rxtx_factor": 1.0,
        "links": [
            { "rel": "self", "href": format!("{base}/v2.1/flavors/1") },
            { "rel": "bookmark", "href": format!("{base}/flavors/1") },
        ],
    });
    assert_eq!(answer.body, json!({ "flavor": flavor }));
    let detail = house.get("alice", "/v2.1/flavors/detail?limit=1").await;
    assert_eq!(detail.body["flavors"], json!([flavor]));
    let next = format!("{base}/v2.1/flavors/detail?limit=1&marker=1");
    assert_eq!(detail.body["flavors_links"], json!([{ "rel": "next", "href": next }]));
    let answer = house.get("alice", "/v2.1/flavors/9").await;
    assert_eq!(answer.fault(), (404, "itemNotFound", "Flavor 9 could not be found."));
}
