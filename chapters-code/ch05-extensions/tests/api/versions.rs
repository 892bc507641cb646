//! Which versions there are.

use crate::house::House;
use serde_json::json;

const V2: &str = "application/vnd.openstack.compute+json;version=2";

#[tokio::test]
async fn the_root_lists_the_versions() {
    let house = House::new().await;
    let answer = house.get("alice", "/").await;
    assert_eq!(answer.status, 200);
    let base = "http://v2.example:8774";
    let versions = json!([
        {
            "id": "v2.0", "status": "SUPPORTED", "version": "", "min_version": "",
            "updated": "2011-01-21T11:33:21Z",
            "links": [{ "rel": "self", "href": format!("{base}/v2/") }],
        },
        {
            "id": "v2.1", "status": "CURRENT", "version": "2.47", "min_version": "2.1",
            "updated": "2013-07-23T11:33:21Z",
            "links": [{ "rel": "self", "href": format!("{base}/v2.1/") }],
        },
    ]);
    assert_eq!(answer.body, json!({ "versions": versions }));
}

#[tokio::test]
async fn a_url_without_a_version_is_answered_with_a_choice() {
    let house = House::new().await;
    let answer = house.get("alice", "/servers/1").await;
    assert_eq!(answer.status, 300);
    let choice = &answer.body["choices"][0];
    assert_eq!(choice["links"][0]["href"], "http://v2.example:8774/v2/servers/1");
    let media_types = json!([{ "base": "application/json", "type": V2 }]);
    assert_eq!(choice["media-types"], media_types);
}

#[tokio::test]
async fn each_version_describes_itself() {
    let house = House::new().await;
    for (url, id) in [
        ("/v2.1/", "v2.1"),
        ("/v2/", "v2.0"),
        ("/v2.1/versions/v2.0", "v2.0"),
        ("/v2.1/versions/v2.1", "v2.1"),
    ] {
        let answer = house.get("alice", url).await;
        assert_eq!(answer.body["version"]["id"], id, "{url}");
        let links = &answer.body["version"]["links"];
        assert_eq!(links[1]["rel"], "describedby");
    }
    let answer = house.get("alice", "/v2.1/versions/v3").await;
    assert_eq!(answer.fault(), (404, "itemNotFound", "The resource could not be found."));
    let answer = house.get("alice", "/v2.1").await;
    assert_eq!(answer.location.as_deref(), Some("http://v2.example:8774/v2.1/"));
}
