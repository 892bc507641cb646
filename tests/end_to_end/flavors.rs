//! The sizes that servers come in.

use crate::{client::DEMO, house::House};
use serde_json::json;

#[tokio::test]
async fn the_five_flavors_of_the_period_are_there() {
    let house = House::new().await;
    let demo = house.admin.with_token(DEMO);
    let list = demo.get("/flavors").await.json(200);
    let flavors = list["flavors"].as_array().unwrap();
    let row = |flavor: &serde_json::Value| format!("{} {}", flavor["id"], flavor["name"]);
    let names =
        ["1\" \"m1.tiny", "2\" \"m1.small", "3\" \"m1.medium", "4\" \"m1.large", "5\" \"m1.xlarge"];
    assert_eq!(
        flavors.iter().map(row).collect::<Vec<_>>(),
        names.map(|name| format!("\"{name}\""))
    );
    assert_eq!(flavors[0].as_object().unwrap().len(), 3, "id, name and links");

    let details = demo.get("/flavors/detail").await.json(200);
    let shown = demo.get("/flavors/2").await.json(200);
    assert_eq!(details["flavors"][1], shown["flavor"]);
    let mut shown = shown["flavor"].clone();
    assert!(shown["links"][0]["href"].as_str().unwrap().ends_with("/v2.1/flavors/2"));
    assert!(shown["links"][1]["href"].as_str().unwrap().ends_with("/flavors/2"));
    shown.as_object_mut().unwrap().remove("links");
    let small = json!({
        "id": "2", "name": "m1.small", "ram": 2048, "disk": 20, "vcpus": 1, "swap": "",
        "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false,
        "os-flavor-access:is_public": true, "rxtx_factor": 1.0,
    });
    assert_eq!(shown, small);

    let unknown = (404, "itemNotFound".to_owned(), "Flavor 99 could not be found.".to_owned());
    assert_eq!(demo.get("/flavors/99").await.fault(), unknown);
    house.stop().await;
}
