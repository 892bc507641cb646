//! `/flavors`.

use crate::house::{Answer, House, PROJECT, image, wish_with};
use nova_extensions::{EXTENSIONS, Extensions};
use nova_objects::{Flavor, NovaObject, RequestContext};
use serde_json::{Value, json};

fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let flavors = answer.body["flavors"].as_array().unwrap();
    flavors.iter().map(|flavor| flavor["name"].as_str().unwrap()).collect()
}

/// A house with flavors more: a private one, one that is withdrawn, and one that is private too,
/// but that the [`PROJECT`] may use.
async fn house() -> House {
    let house = House::new().await;
    let private = Flavor { is_public: false, ..Flavor::new("6", "private", 1, 1, 1) };
    let withdrawn = Flavor { disabled: true, ..Flavor::new("7", "withdrawn", 1, 1, 1) };
    let projects = vec![PROJECT.to_owned()];
    let given = Flavor { is_public: false, projects, ..Flavor::new("8", "given", 2, 1, 1) };
    for flavor in [private, withdrawn, given] {
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
        ("alice", "", with(&["given"])),
        ("alice", "?is_public=None", with(&["given"])),
        ("alice", "?is_public=no", with(&["given"])),
        ("eve:other", "", with(&[])),
        ("eve:other", "?is_public=None", with(&[])),
        ("admin", "", with(&["withdrawn", "given"])),
        ("admin:other", "", with(&["withdrawn"])),
        ("admin", "?is_public=None", with(&["private", "withdrawn", "given"])),
        ("admin", "?is_public=no", vec!["private", "given"]),
        ("admin", "?limit=1&marker=1", vec!["m1.small"]),
    ] {
        let answer = house.get(token, &format!("/v2.1/flavors{query}")).await;
        assert_eq!(names(&answer), expected, "{token} {query}");
    }
}

#[tokio::test]
async fn a_list_can_be_narrowed_sorted_and_paged() {
    let house = House::new().await;
    for (query, expected) in [
        ("minRam=8192", &["m1.large", "m1.xlarge"][..]),
        ("minDisk=41", &["m1.large", "m1.xlarge"]),
        ("minRam=4096&minDisk=0&limit=1", &["m1.medium"]),
        ("minRam=-1&limit=1", &["m1.tiny"]),
        ("sort_key=memory_mb&sort_dir=desc&limit=2", &["m1.xlarge", "m1.large"]),
        ("sort_key=name&limit=2", &["m1.large", "m1.medium"]),
        ("sort_key=vcpus&sort_dir=desc&limit=2&marker=4", &["m1.medium", "m1.small"]),
        ("sort_key=&sort_dir=asc&limit=1", &["m1.tiny"]),
        ("minRam=4096&marker=2", &["m1.medium", "m1.large", "m1.xlarge"]),
        ("minRam=4096&marker=1&limit=1", &["m1.medium"]),
        ("limit=0", &[]),
    ] {
        let answer = house.get("alice", &format!("/v2.1/flavors?{query}")).await;
        assert_eq!(names(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn a_search_that_makes_no_sense_is_refused() {
    let house = house().await;
    let direction = "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'";
    for (token, query, message) in [
        ("admin", "is_public=perhaps", "Invalid is_public filter [perhaps]"),
        ("alice", "minRam=much", "Invalid min_ram filter [much]"),
        ("alice", "minDisk=1.5", "Invalid minDisk filter [1.5]"),
        ("alice", "sort_key=colour", "Sort key supplied was not valid."),
        ("alice", "sort_key=projects", "Sort key supplied was not valid."),
        ("alice", "sort_dir=up", direction),
        ("alice", "limit=-1", "Invalid input received: limit must be >= 0"),
        ("alice", "marker=99", "marker [99] not found"),
        ("alice", "marker=6", "marker [6] not found"),
    ] {
        for path in ["flavors", "flavors/detail"] {
            let answer = house.get(token, &format!("/v2.1/{path}?{query}")).await;
            assert_eq!(answer.fault(), (400, "badRequest", message), "{query}");
        }
    }
}

#[tokio::test]
async fn a_flavor_that_a_project_may_not_see_is_not_there_for_it() {
    let house = house().await;
    for (token, id, status) in [
        ("alice", "6", 404),
        ("eve:other", "8", 404),
        ("alice", "8", 200),
        ("alice", "7", 200),
        ("admin", "6", 200),
    ] {
        let answer = house.get(token, &format!("/v2.1/flavors/{id}")).await;
        assert_eq!(answer.status, status, "{token} {id}");
        if status == 404 {
            let message = format!("Flavor {id} could not be found.");
            assert_eq!(answer.fault(), (404, "itemNotFound", &*message));
        }
    }
}

#[tokio::test]
async fn a_server_can_be_of_no_flavor_that_its_project_may_not_see_or_that_is_withdrawn() {
    let house = house().await;
    for (token, id) in [("alice", "6"), ("eve:other", "8"), ("alice", "7")] {
        let answer = house.post(token, "/v2.1/servers", wish_with("flavorRef", json!(id))).await;
        assert_eq!(answer.fault(), (400, "badRequest", "Invalid flavorRef provided."), "{id}");
    }
    assert!(house.instances().await.is_empty());
    for (token, id) in [("alice", "8"), ("admin", "6")] {
        let answer = house.post(token, "/v2.1/servers", wish_with("flavorRef", json!(id))).await;
        assert_eq!(answer.status, 202, "{token} {id}");
    }
}

#[tokio::test]
async fn without_its_extension_a_key_of_a_flavor_is_gone() {
    let fewer = EXTENSIONS.iter().filter(|extension| extension.name != "flavor_rxtx");
    let fewer = Extensions(fewer.copied().collect());
    let house = House::with(vec![image("x")], |plugs| plugs.plug(fewer.clone())).await;
    let flavor = house.get("alice", "/v2.1/flavors/1").await.body["flavor"].take();
    for (key, there) in [
        ("rxtx_factor", false),
        ("os-flavor-access:is_public", true),
        ("OS-FLV-EXT-DATA:ephemeral", true),
        ("OS-FLV-DISABLED:disabled", true),
    ] {
        assert_eq!(flavor.get(key).is_some(), there, "{key}");
    }
}

#[tokio::test]
async fn in_a_list_without_details_a_flavor_has_a_name_and_links() {
    let house = House::new().await;
    let answer = house.get("alice", "/v2.1/flavors?limit=1").await;
    let flavor: &Value = &answer.body["flavors"][0];
    let keys: Vec<&String> = flavor.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "name", "links"]);
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
