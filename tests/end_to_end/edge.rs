//! What every answer carries, and what never gets in.

use crate::{
    client::{Answer, Client},
    house::{House, tiny},
};
use http::Method;

/// The request id of an answer, which both headers tell.
#[track_caller]
fn request_id(answer: &Answer) -> String {
    let id = answer.header("x-openstack-request-id");
    assert_eq!(answer.header("x-compute-request-id"), id);
    let uuid = id.strip_prefix("req-").unwrap();
    assert_eq!((uuid.len(), uuid.matches('-').count()), (36, 4), "{id}");
    id.to_owned()
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_a_version() {
    let house = House::new().await;
    let mut seen = std::collections::HashSet::new();
    let missing = "/servers/nonsense";
    for (path, status) in [("/servers", 200), ("/flavors/1", 200), (missing, 404)] {
        let answer = house.admin.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(seen.insert(request_id(&answer)), "{path}: every request has its own");
        assert_eq!(answer.header("x-openstack-nova-api-version"), "2.1", "{path}");
        assert_eq!(answer.header("openstack-api-version"), "compute 2.1", "{path}");
        let vary = answer.header("vary");
        assert_eq!(vary, "X-OpenStack-Nova-API-Version, OpenStack-API-Version", "{path}");
    }
    let theirs = "req-70a599e0-31e7-49b7-b260-868f441e862b";
    let header = [("x-openstack-request-id", theirs)];
    let answer = house.admin.send(Method::GET, "/servers", &header, "").await;
    assert_ne!(request_id(&answer), theirs, "a client's id does not become ours");
    house.stop().await;
}

#[tokio::test]
async fn a_version_that_is_not_spoken_here_is_refused() {
    let house = House::new().await;
    let versions = Client::new(house.admin.root()).get("/").await.json(200);
    let newest = versions["versions"][1]["version"].as_str().unwrap();
    let message = |asked: &str| {
        format!(
            "Version {asked} is not supported by the API. Minimum is 2.1 and maximum is {newest}."
        )
    };
    let format = "API Version String x is of invalid format. Must be of format MajorNum.MinorNum.";
    let nova = "x-openstack-nova-api-version";
    let (shared, malformed) = ("openstack-api-version", (400, "badRequest", format.to_owned()));
    for (header, value, refusal, repeated) in [
        (nova, "9.9", (406, "computeFault", message("9.9")), "compute 9.9"),
        (shared, "compute 2.0", (406, "computeFault", message("2.0")), "compute 2.0"),
        (nova, "x", malformed, ""),
    ] {
        let answer = house.admin.send(Method::GET, "/servers", &[(header, value)], "").await;
        let (status, name, message) = answer.fault();
        assert_eq!((status, name.as_str(), message), refusal);
        assert_eq!(answer.header("openstack-api-version"), repeated);
        request_id(&answer);
    }
    let header = [("openstack-api-version", "compute latest")];
    let answer = house.admin.send(Method::GET, "/servers", &header, "").await;
    assert_eq!(answer.header("openstack-api-version"), format!("compute {newest}"));
    house.stop().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_stays_outside() {
    let house = House::new().await;
    let json = [("content-type", "application/json")];
    let limit = 112 * 1024;
    let mut wish = tiny("vm").to_string();
    wish.push_str(&" ".repeat(limit - wish.len()));
    let accepted = house.admin.send(Method::POST, "/servers", &json, wish.clone()).await;
    assert_eq!(accepted.status, 202, "{}", accepted.body);
    let refused = house.admin.send(Method::POST, "/servers", &json, wish + " ").await;
    assert_eq!(refused.status, 413);
    assert!(refused.body.contains("Request is too large."), "{}", refused.body);
    request_id(&refused);
    house.stop().await;
}

#[tokio::test]
async fn what_has_no_place_in_the_api_is_not_found() {
    let house = House::new().await;
    for (method, path) in [
        (Method::GET, "/nonsense"),
        (Method::GET, "/servers/1/2/3"),
        (Method::PUT, "/servers"),
        (Method::GET, "/no-hexadecimal-project/servers"),
    ] {
        let answer = house.admin.send(method, path, &[], "").await;
        assert_eq!(answer.status, 404, "{path}");
        request_id(&answer);
    }
    house.stop().await;
}
