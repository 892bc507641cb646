//! `/extensions`.

use crate::house::House;
use nova_extensions::Policy;
use serde_json::json;

async fn aliases(house: &House, url: &str) -> Vec<String> {
    let list = house.get("alice", url).await.body;
    let extensions = list["extensions"].as_array().unwrap();
    extensions.iter().map(|extension| extension["alias"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_extension_is_shown_as_v2_knew_it() {
    let house = House::new().await;
    let extension = |name: &str, alias: &str, description: &str| {
        json!({
            "name": name, "alias": alias, "description": description, "links": [],
            "namespace": "http://docs.openstack.org/compute/ext/fake_xml",
            "updated": "2014-12-03T00:00:00Z",
        })
    };
    for shown in [
        extension("AccessIPs", "os-access-ips", "Access IPs support."),
        // Renamed.
        extension("DiskConfig", "OS-DCF", "Disk Management Extension."),
        // Part of another one now, and of two at once.
        extension("ServerSortKeys", "os-server-sort-keys", ""),
        extension("ExtendedStatus", "OS-EXT-STS", ""),
        extension("ExtendedStatus", "os-extended-status", "Extended Status support."),
    ] {
        let alias = shown["alias"].as_str().unwrap().to_owned();
        let answer = house.get("alice", &format!("/v2.1/extensions/{alias}")).await;
        assert_eq!(answer.body, json!({ "extension": shown }), "{alias}");
    }
    for alias in ["servers", "os-disk-config", "os-server-tags", "OS-EXT-VIF-NET", "nope"] {
        let answer = house.get("alice", &format!("/v2/extensions/{alias}")).await;
        let text = "The resource could not be found.";
        assert_eq!(answer.fault(), (404, "itemNotFound", text), "{alias}");
    }
}

#[tokio::test]
async fn the_list_is_in_order_and_longer_for_clients_of_v2() {
    let house = House::new().await;
    let v21 = aliases(&house, "/v2.1/extensions").await;
    assert!(v21.is_sorted() && v21.len() > 20, "{v21:?}");
    let mut v2 = aliases(&house, "/v2/extensions").await;
    assert!(v2.is_sorted());
    v2.retain(|alias| alias != "OS-EXT-VIF-NET");
    assert_eq!(v2, v21);
    assert!(!aliases(&house, "/v2.1/extensions").await.contains(&"OS-EXT-VIF-NET".to_owned()));
}

#[tokio::test]
async fn what_may_not_be_discovered_is_not_listed() {
    let rules = json!({
        "os_compute_api:extensions": "@",
        "os_compute_api:servers:discoverable": "!",
        "os_compute_api:os-access-ips:discoverable": "!",
        "default": "@",
    });
    let policy = Policy::parse("policy.json", &rules.to_string()).unwrap();
    let house = House::with(Vec::new(), |plugs| plugs.plug(policy.clone())).await;
    let list = aliases(&house, "/v2.1/extensions").await;
    let listed = |alias: &str| list.iter().any(|known| known == alias);
    assert!(!listed("os-access-ips") && !listed("os-server-sort-keys") && listed("OS-DCF"));
    let hidden = house.get("alice", "/v2.1/extensions/os-access-ips").await;
    assert_eq!(hidden.status, 404);
}
