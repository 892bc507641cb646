//! `/os-aggregates`.

use crate::house::{Answer, House};
use nova_objects::{NovaObject, RequestContext, Service};
use serde_json::{Value, json};

const URL: &str = "/v2.1/os-aggregates";

/// Two hosts, and the aggregates `first` in `zone-1` with both, and `second` with none.
async fn house() -> House {
    let (house, admin) = (House::new().await, RequestContext::admin());
    for host in ["host-1", "host-2"] {
        let service = Service::new(host, "nova-compute", "compute");
        service.create(&*house.store, &admin).await.unwrap();
    }
    let first = json!({ "aggregate": { "name": "first", "availability_zone": "zone-1" } });
    assert_eq!(house.post("admin", URL, first).await.status, 200);
    assert_eq!(
        house.post("admin", URL, json!({ "aggregate": { "name": "second" } })).await.status,
        200
    );
    for host in ["host-1", "host-2"] {
        assert_eq!(act(&house, 1, json!({ "add_host": { "host": host } })).await.status, 200);
    }
    house
}

async fn act(house: &House, id: i64, body: Value) -> Answer {
    house.post("admin", &format!("{URL}/{id}/action"), body).await
}

#[tokio::test]
async fn a_new_aggregate_has_a_zone_and_later_hosts_and_notes() {
    let house = House::new().await;
    house.compute_service(0).await;
    let wish = json!({ "aggregate": { "name": " fast ", "availability_zone": null } });
    assert_eq!(house.post("admin", URL, wish).await.fault().0, 400, "blanks");
    let wish = json!({ "aggregate": { "name": "fast", "availability_zone": "zone-1" } });
    let made = house.post("admin", URL, wish).await.body["aggregate"].clone();
    assert!(made["created_at"].as_str().unwrap().len() == "2013-08-18T12:17:56.380226".len());
    let mut expected = json!({
        "id": 1, "name": "fast", "availability_zone": "zone-1", "created_at": made["created_at"],
        "updated_at": null, "deleted": false, "deleted_at": null,
    });
    assert_eq!(made, expected);
    act(&house, 1, json!({ "add_host": { "host": "host-1" } })).await;
    let notes = json!({ "ssd": "true", "gone": "soon" });
    act(&house, 1, json!({ "set_metadata": { "metadata": notes } })).await;
    let less = json!({ "set_metadata": { "metadata": { "gone": null } } });
    let answer = act(&house, 1, less).await;
    expected["updated_at"] = answer.body["aggregate"]["updated_at"].clone();
    expected["hosts"] = json!(["host-1"]);
    expected["metadata"] = json!({ "availability_zone": "zone-1", "ssd": "true" });
    assert_eq!(answer.body, json!({ "aggregate": expected }));
    assert_eq!(
        house.get("admin", &format!("{URL}/1")).await.body,
        json!({ "aggregate": expected })
    );
    assert_eq!(house.get("admin", URL).await.body, json!({ "aggregates": [expected] }));
    let since = house.get("admin@2.41", &format!("{URL}/1")).await;
    assert_eq!(since.body["aggregate"]["uuid"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn an_aggregate_is_renamed_emptied_and_removed() {
    let house = house().await;
    let wish = json!({ "aggregate": { "name": " third ", "availability_zone": "zone-3" } });
    let answer = house.put("admin", &format!("{URL}/1"), wish).await;
    let aggregate = &answer.body["aggregate"];
    assert_eq!(
        (&aggregate["name"], &aggregate["availability_zone"]),
        (&json!("third"), &json!("zone-3"))
    );
    for host in ["host-1", "host-2"] {
        let answer = act(&house, 1, json!({ "remove_host": { "host": host } })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert_eq!(house.delete("admin", &format!("{URL}/1")).await.status, 200);
    assert_eq!(house.get("admin", &format!("{URL}/1")).await.fault().0, 404);
}

#[tokio::test]
async fn a_host_is_in_one_zone_at_most() {
    let house = house().await;
    let into = |zone: &str| json!({ "aggregate": { "availability_zone": zone } });
    let note =
        |zone: Value| json!({ "set_metadata": { "metadata": { "availability_zone": zone } } });
    let add = json!({ "add_host": { "host": "host-1" } });
    let taken = "One or more hosts already in availability zone(s) [u'zone-1']";
    assert_eq!(act(&house, 2, add.clone()).await.status, 200, "no zone, no matter");
    for (answer, code, message) in [
        (
            house.put("admin", &format!("{URL}/2"), into("zone-2")).await,
            400,
            format!("Cannot update aggregate 2. Reason: {taken}."),
        ),
        (
            act(&house, 2, note(json!("zone-2"))).await,
            400,
            format!("Cannot update metadata of aggregate 2. Reason: {taken}."),
        ),
        (act(&house, 1, note(json!(null))).await, 400, {
            let reason = "Aggregate first does not support empty named availability zone";
            format!("Cannot update metadata of aggregate 1. Reason: {reason}.")
        }),
    ] {
        let (status, _, text) = answer.fault();
        assert_eq!((status, text), (code, &*message));
    }
    act(&house, 2, json!({ "remove_host": { "host": "host-1" } })).await;
    assert_eq!(act(&house, 2, note(json!("zone-2"))).await.status, 200, "no hosts, no matter");
    let answer = act(&house, 2, add).await;
    let message = format!("Cannot add host to aggregate 2. Reason: {taken}.");
    assert_eq!(answer.fault(), (409, "conflictingRequest", &*message));
}

#[tokio::test]
async fn what_cannot_be_done_to_an_aggregate_is_said() {
    let house = house().await;
    let host = |action: &str, host: &str| json!({ action: { "host": host } });
    for (line, body, code, message) in [
        (
            "POST",
            json!({ "aggregate": { "name": "first" } }),
            409,
            "Aggregate first already exists.",
        ),
        (
            "PUT /2",
            json!({ "aggregate": { "name": "first" } }),
            409,
            "Aggregate first already exists.",
        ),
        ("PUT /9", json!({ "aggregate": { "name": "x" } }), 404, "Aggregate 9 could not be found."),
        ("GET /x", json!(null), 404, "Aggregate x could not be found."),
        ("DELETE /9", json!(null), 404, "Aggregate 9 could not be found."),
        ("DELETE /1", json!(null), 400, {
            "Cannot remove host from aggregate 1. Reason: Host aggregate is not empty."
        }),
        (
            "POST /1/action",
            host("add_host", "host-9"),
            404,
            "Compute host host-9 could not be found.",
        ),
        ("POST /9/action", host("add_host", "host-1"), 404, "Aggregate 9 could not be found."),
        ("POST /1/action", host("add_host", "host-1"), 409, "Aggregate 1 already has host host-1."),
        ("POST /2/action", host("remove_host", "host-1"), 404, {
            "Cannot remove host host-1 in aggregate 2"
        }),
        ("POST /9/action", host("remove_host", "host-1"), 404, {
            "Cannot remove host host-1 in aggregate 9"
        }),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((line, ""));
        let wish = Some(body).filter(|body| !body.is_null());
        let line = format!("{method} {URL}{path}");
        let answer = house.ask("admin", &line, wish.clone()).await;
        let (status, _, text) = answer.fault();
        assert_eq!((status, text), (code, message), "{line}");
        assert_eq!(house.ask("alice", &line, wish).await.fault().0, 403, "{line}");
    }
}

#[tokio::test]
async fn a_body_that_asks_for_something_else_is_refused() {
    let house = house().await;
    for (line, body) in [
        ("POST ", json!({})),
        ("POST ", json!({ "aggregate": {} })),
        ("POST ", json!({ "aggregate": { "name": "" } })),
        ("POST ", json!({ "aggregate": { "name": "x", "colour": "red" } })),
        ("POST ", json!({ "aggregate": { "name": "x", "availability_zone": "" } })),
        ("PUT /1", json!({ "aggregate": {} })),
        ("POST /1/action", json!({ "add_host": {} })),
        ("POST /1/action", json!({ "add_host": { "host": "no host" } })),
        ("POST /1/action", json!({ "set_metadata": { "metadata": { "k": 1 } } })),
        ("POST /1/action", json!({ "sing": {} })),
    ] {
        let (method, path) = line.split_once(' ').unwrap();
        let answer = house.ask("admin", &format!("{method} {URL}{path}"), Some(body.clone())).await;
        assert_eq!(answer.fault().0, 400, "{line} {body}");
    }
    assert_eq!(house.get("admin", URL).await.body["aggregates"].as_array().unwrap().len(), 2);
}
