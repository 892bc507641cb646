//! `/os-availability-zone`.

use crate::house::House;
use nova_objects::{Aggregate, NovaObject, RequestContext, Service};
use serde_json::{Value, json};

/// A host in the zone of all others, one in a zone of its own, and a scheduler.
async fn house() -> House {
    let (house, admin) = (House::new().await, RequestContext::admin());
    house.compute_service(0).await;
    let mut other = Service::new("host-2", "nova-compute", "compute");
    other.disabled = true;
    other.create(&*house.store, &admin).await.unwrap();
    let scheduler = Service::new("control", "nova-scheduler", "scheduler");
    scheduler.create(&*house.store, &admin).await.unwrap();
    let mut aggregate = Aggregate::new("fast", Some("zone-2"));
    aggregate.hosts = vec!["host-2".into()];
    aggregate.create(&*house.store, &admin).await.unwrap();
    house
}

fn zone(name: &str, available: bool, hosts: &Value) -> Value {
    json!({ "zoneName": name, "zoneState": { "available": available }, "hosts": hosts })
}

#[tokio::test]
async fn everybody_sees_the_zones_but_not_what_is_in_them() {
    let house = house().await;
    let answer = house.get("alice", "/v2.1/os-availability-zone").await;
    let zones = [zone("nova", true, &json!(null)), zone("zone-2", false, &json!(null))];
    assert_eq!(answer.body, json!({ "availabilityZoneInfo": zones }));
    let refused = house.get("alice", "/v2.1/os-availability-zone/detail").await;
    assert_eq!(refused.fault().0, 403);
}

#[tokio::test]
async fn administrators_also_see_the_services_in_each_and_the_zone_of_novas_own() {
    let house = house().await;
    let answer = house.get("admin", "/v2.1/os-availability-zone/detail").await;
    let service = json!({ "available": true, "active": true, "updated_at": null });
    let zones = [
        zone("nova", true, &json!({ "host-1": { "nova-compute": service } })),
        zone("internal", true, &json!({ "control": { "nova-scheduler": service } })),
        zone("zone-2", false, &json!(null)),
    ];
    assert_eq!(answer.body, json!({ "availabilityZoneInfo": zones }));
}
