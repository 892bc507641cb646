//! Which projects may use a flavor that is not public.

use crate::house::House;
use nova_objects::{Flavor, NovaObject, RequestContext};
use serde_json::{Value, json};

async fn house() -> House {
    let house = House::new().await;
    let private = Flavor { is_public: false, ..Flavor::new("6", "private", 1, 1, 1) };
    private.create(&*house.store, &RequestContext::admin()).await.unwrap();
    house
}

fn add(project: &str) -> Value {
    json!({ "addTenantAccess": { "tenant": project } })
}

fn remove(project: &str) -> Value {
    json!({ "removeTenantAccess": { "tenant": project } })
}

const ACTION: &str = "/v2.1/flavors/6/action";

#[tokio::test]
async fn a_project_sees_a_private_flavor_from_when_it_is_given_until_it_is_taken_away() {
    let house = house().await;
    let seen = async || house.get("bob:p2", "/v2.1/flavors/6").await.status;
    assert_eq!(seen().await, 404);
    let answer = house.post("admin", ACTION, add("p2")).await;
    let access = json!({ "flavor_access": [{ "flavor_id": "6", "tenant_id": "p2" }] });
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &access));
    assert_eq!(seen().await, 200);
    assert_eq!(house.get("eve:p3", "/v2.1/flavors/6").await.status, 404, "nobody else");
    let listed = house.get("admin", "/v2.1/flavors/6/os-flavor-access").await;
    assert_eq!(listed.body, access);
    let answer = house.post("admin", ACTION, remove("p2")).await;
    assert_eq!((answer.status.as_u16(), answer.body), (200, json!({ "flavor_access": [] })));
    assert_eq!(seen().await, 404);
}

#[tokio::test]
async fn what_cannot_be_given_or_taken_is_refused() {
    let house = house().await;
    house.post("admin", ACTION, add("p2")).await;
    let listed = "/v2.1/flavors/1/os-flavor-access";
    let answer = house.get("admin", listed).await;
    let message = "Access list not available for public flavors.";
    assert_eq!(answer.fault(), (404, "itemNotFound", message));
    let unknown = house.get("admin", "/v2.1/flavors/9/os-flavor-access").await;
    assert_eq!(unknown.fault().0, 404);
    for (id, body, code, message) in [
        ("6", add("p2"), 409, {
            "Flavor access already exists for flavor 6 and project p2 combination."
        }),
        ("6", remove("p3"), 404, "Flavor access not found for 6 / p3 combination."),
        ("9", add("p2"), 404, "Flavor 9 could not be found."),
        ("9", remove("p2"), 404, "Flavor 9 could not be found."),
        ("6", add(""), 400, {
            "Invalid input for field/attribute tenant. Value: . '' is too short"
        }),
        ("6", json!({ "removeTenantAccess": {} }), 400, {
            "Invalid input for field/attribute removeTenantAccess. Value: {}. \
             'tenant' is a required property"
        }),
        ("6", json!({ "addTenantAccess": null }), 400, {
            "Invalid input for field/attribute addTenantAccess. Value: None. \
             None is not of type 'object'"
        }),
        ("6", json!({ "fly": null }), 400, "There is no such action: fly"),
    ] {
        let url = format!("/v2.1/flavors/{id}/action");
        let answer = house.post("admin", &url, body.clone()).await;
        let (found, _, text) = answer.fault();
        assert_eq!((found, text), (code, message), "{body}");
    }
}

#[tokio::test]
async fn since_2_7_nobody_is_given_what_everybody_has() {
    let house = house().await;
    let url = "/v2.1/flavors/1/action";
    let old = house.post("admin", url, add("p2")).await;
    assert_eq!(old.status, 200);
    let new = house.ask("admin@2.7", &format!("POST {url}"), Some(add("p3"))).await;
    let message = "Can not add access to a public flavor.";
    assert_eq!(new.fault(), (409, "conflictingRequest", message));
}

#[tokio::test]
async fn only_administrators_give_and_take() {
    let house = house().await;
    for (body, action) in [(add("c0ffee"), "add"), (remove("c0ffee"), "remove")] {
        let answer = house.post("alice", ACTION, body).await;
        let rule = format!("os_compute_api:os-flavor-access:{action}_tenant_access");
        let message = format!("Policy doesn't allow {rule} to be performed.");
        assert_eq!(answer.fault(), (403, "forbidden", &*message));
    }
    assert_eq!(house.get("alice", "/v2.1/flavors/6/os-flavor-access").await.status, 404);
}
