//! What the API refuses, and in which words.

use crate::{
    client::{Answer, Client},
    house::{House, sized, tiny},
};
use http::Method;
use nova_neighbours::glance::CIRROS;
use serde_json::{Value, json};

#[track_caller]
fn assert_refused(answer: &Answer, wanted: (u16, &str, &str), case: &str) {
    let (status, name, message) = answer.fault();
    assert_eq!((status, name.as_str(), message.as_str()), wanted, "{case}");
}

/// A wish with another value, or, with `null`, without one.
fn with(field: &str, value: Value) -> Value {
    let mut wish = tiny("vm");
    match value {
        Value::Null => wish["server"].as_object_mut().unwrap().remove(field),
        value => wish["server"].as_object_mut().unwrap().insert(field.into(), value),
    };
    wish
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused_at_once() {
    let house = House::new().await;
    let nobody = "70a599e0-31e7-49b7-b260-868f441e862b";
    let bad_name = "An invalid 'name' value was provided. The name must be: printable characters. \
                    Can not start or end with whitespace.";
    let server = format!("{{'name': 'vm', 'imageRef': '{CIRROS}'}}");
    let no_flavor = format!(
        "Invalid input for field/attribute server. Value: {server}. \
         'flavorRef' is a required property"
    );
    for (wish, message) in [
        (json!({}), "'server' is a required property"),
        (
            json!({ "server": {} }),
            "Invalid input for field/attribute server. Value: {}. 'name' is a required property",
        ),
        (with("name", " vm".into()), bad_name),
        (
            with("name", "".into()),
            "Invalid input for field/attribute name. Value: . '' is too short",
        ),
        (with("flavorRef", Value::Null), no_flavor.as_str()),
        (with("flavorRef", "99".into()), "Invalid flavorRef provided."),
        (with("imageRef", Value::Null), "Missing imageRef attribute"),
        (with("imageRef", "nonsense".into()), "Invalid imageRef provided."),
        (with("imageRef", nobody.into()), "Can not find requested image"),
        (
            with("min_count", 0.into()),
            "Invalid input for field/attribute min_count. Value: 0. \
             0 is less than the minimum of 1",
        ),
        (with("max_count", "many".into()), MANY),
    ] {
        let refused = house.admin.post("/servers", &wish).await;
        assert_refused(&refused, (400, "badRequest", message), &wish.to_string());
    }
    let mut wish = with("min_count", 3.into());
    wish["server"]["max_count"] = 2.into();
    let refused = house.admin.post("/servers", &wish).await;
    assert_refused(&refused, (400, "badRequest", "min_count must be <= max_count"), "3 to 2");
    assert_eq!(house.admin.get("/servers").await.json(200), json!({ "servers": [] }));
    house.stop().await;
}

const MANY: &str = "Invalid input for field/attribute max_count. Value: many. \
                    'many' does not match '^[0-9]+$'";

#[tokio::test]
async fn a_project_gets_no_more_than_its_quota() {
    let house = House::new().await;
    let over = |overs: &str| format!("Quota exceeded for {overs}");
    for (flavor, count, message) in [
        ("1", 11, over("instances: Requested 11, but already used 0 of 10 instances")),
        (
            "3",
            11,
            over(
                "cores, instances: Requested 22, 11, but already used 0, 0 of 20, 10 cores, instances",
            ),
        ),
        (
            "5",
            4,
            over("cores, ram: Requested 32, 65536, but already used 0, 0 of 20, 51200 cores, ram"),
        ),
    ] {
        let mut wish = sized("vm", flavor);
        wish["server"]["min_count"] = count.into();
        let refused = house.admin.post("/servers", &wish).await;
        assert_refused(&refused, (403, "forbidden", &message), flavor);
    }
    house.stop().await;
}

#[tokio::test]
async fn a_request_that_means_nothing_is_refused() {
    let house = House::new().await;
    let id = house.admin.boot(&tiny("vm")).await;
    house.admin.settled(&id).await;
    let action = format!("/servers/{id}/action");
    let json = ("content-type", "application/json");
    let xml = ("content-type", "application/xml");
    let malformed = "Malformed request body";
    let project = "Malformed request URL: URL's project_id 'abc123' doesn't match Context's \
                   project_id '00000000000000000000000000000001'";
    for (method, path, header, body, message) in [
        (Method::POST, "/servers", json, "{", malformed),
        (Method::POST, "/servers", xml, "<server/>", "Unsupported Content-Type"),
        (Method::POST, &action, json, "{}", malformed),
        (Method::POST, &action, json, r#"{"os-stop": null, "os-start": null}"#, malformed),
        (Method::POST, &action, json, r#"{"dance": null}"#, "There is no such action: dance"),
        (Method::GET, "/abc123/servers", json, "", project),
        (
            Method::GET,
            "/servers?limit=x",
            json,
            "",
            "Invalid input received: limit must be an integer",
        ),
        (Method::GET, "/servers?limit=-1", json, "", "Invalid input received: limit must be >= 0"),
        (Method::GET, "/servers?marker=x", json, "", "marker [x] not found"),
        (Method::GET, "/flavors?marker=x", json, "", "marker [x] not found"),
    ] {
        let refused = house.admin.send(method, path, &[header], body).await;
        assert_refused(&refused, (400, "badRequest", message), path);
    }
    house.stop().await;
}

#[tokio::test]
async fn there_is_no_server_that_is_not_there() {
    let house = House::new().await;
    let admin: &Client = &house.admin;
    for id in ["70a599e0-31e7-49b7-b260-868f441e862b", "1", "nonsense"] {
        let path = format!("/servers/{id}");
        let message = format!("Instance {id} could not be found.");
        for answer in [
            admin.get(&path).await,
            admin.delete(&path).await,
            admin.action(id, "os-stop").await,
            admin.action(id, "os-start").await,
        ] {
            assert_refused(&answer, (404, "itemNotFound", &message), &path);
        }
    }
    house.stop().await;
}
