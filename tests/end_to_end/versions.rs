//! Which versions there are: the one thing that may be asked without a token.

use crate::{client::Client, house::House};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn the_versions_are_told_to_everybody() {
    let house = House::new().await;
    let root = house.admin.root();
    let anybody = Client::new(root);
    let own = |path: &str| json!([{ "rel": "self", "href": format!("{root}{path}") }]);
    let list = anybody.get("/").await.json(200);
    let [v2, v21] = [&list["versions"][0], &list["versions"][1]];
    assert_eq!((&v2["id"], &v2["status"]), (&"v2.0".into(), &"SUPPORTED".into()));
    assert_eq!((&v21["id"], &v21["status"]), (&"v2.1".into(), &"CURRENT".into()));
    assert_eq!((&v2["links"], &v21["links"]), (&own("/v2/"), &own("/v2.1/")));
    assert_eq!((&v2["version"], &v21["min_version"]), (&"".into(), &"2.1".into()));

    for (path, listed, media_type) in [
        ("/v2.1", v21, "application/vnd.openstack.compute+json;version=2.1"),
        ("/v2.1/", v21, "application/vnd.openstack.compute+json;version=2.1"),
        ("/v2", v2, "application/vnd.openstack.compute+json;version=2"),
        ("/v2/", v2, "application/vnd.openstack.compute+json;version=2"),
    ] {
        let document = anybody.get(path).await.json(200);
        let mut version = document["version"].clone();
        let media_types = version.as_object_mut().unwrap().remove("media-types").unwrap();
        assert_eq!(media_types, json!([{ "base": "application/json", "type": media_type }]));
        assert_eq!(version["links"][1]["rel"], "describedby", "{path}");
        version["links"].as_array_mut().unwrap().pop();
        assert_eq!(version, *listed, "{path}");
    }
    house.stop().await;
}

#[tokio::test]
async fn who_asks_for_something_of_no_version_is_given_the_choice() {
    let house = House::new().await;
    let root = house.admin.root();
    for path in ["/servers", "/v3/servers", "/v2.10"] {
        for method in [Method::GET, Method::POST] {
            let answer = Client::new(root).send(method, path, &[], "").await;
            let choices = &answer.json(300)["choices"];
            for (choice, id, version) in [(0, "v2.0", "v2"), (1, "v2.1", "v2.1")] {
                assert_eq!(choices[choice]["id"], id);
                let href = format!("{root}/{version}{path}");
                assert_eq!(choices[choice]["links"][0]["href"], href);
            }
        }
    }
    house.stop().await;
}

#[tokio::test]
async fn who_has_no_token_is_given_one() {
    let house = House::new().await;
    let endpoint = format!("{}/v2.1", house.admin.root());
    let anybody = Client::new(&endpoint);
    let demo = [("x-auth-user", "demo"), ("x-auth-project-id", "abc123")];
    for (path, headers, token, project) in [
        ("/servers", &[][..], "admin:admin", "admin"),
        ("/servers/", &demo, "demo:abc123", "abc123"),
    ] {
        let answer = anybody.send(Method::GET, path, headers, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        assert_eq!(answer.header("x-auth-token"), token);
        let url = format!("{endpoint}/servers/{project}");
        assert_eq!(answer.header("x-server-management-url"), url);
        assert!(answer.header("x-compute-request-id").starts_with("req-"));
    }
    house.stop().await;
}
