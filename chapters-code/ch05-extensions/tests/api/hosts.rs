//! `/os-hosts`.

use crate::house::{House, PROJECT};
use nova_objects::{ComputeNode, NovaObject, RequestContext, Service};
use serde_json::{Value, json};

async fn house() -> House {
    let (house, admin) = (House::new().await, RequestContext::admin());
    house.compute_service(0).await;
    let scheduler = Service::new("control", "nova-scheduler", "scheduler");
    scheduler.create(&*house.store, &admin).await.unwrap();
    let mut disabled = Service::new("host-2", "nova-compute", "compute");
    disabled.disabled = true;
    disabled.create(&*house.store, &admin).await.unwrap();
    let node = ComputeNode {
        host: "host-1".into(),
        vcpus: 8,
        memory_mb: 4096,
        local_gb: 20,
        vcpus_used: 2,
        ..ComputeNode::default()
    };
    node.create(&*house.store, &admin).await.unwrap();
    house
}

#[tokio::test]
async fn hosts_are_listed_by_zone() {
    let house = house().await;
    let compute = json!({ "host_name": "host-1", "service": "compute", "zone": "nova" });
    let control = json!({ "host_name": "control", "service": "scheduler", "zone": "internal" });
    for (query, hosts) in [
        ("", json!([compute, control])),
        ("?zone=nova", json!([compute])),
        ("?zone=nowhere", json!([])),
    ] {
        let answer = house.get("admin", &format!("/v2.1/os-hosts{query}")).await;
        assert_eq!(answer.body, json!({ "hosts": hosts }), "{query}");
    }
}

#[tokio::test]
async fn a_host_says_what_it_has_and_who_may_use_how_much_of_it() {
    let house = house().await;
    house.server("one", |_| ()).await;
    house.server("two", |_| ()).await;
    house.server("other", |instance| instance.project_id = "other".into()).await;
    house.server("elsewhere", |instance| instance.host = Some("host-2".into())).await;
    let of = |project: &str, cpu: i64, memory_mb: i64, disk_gb: i64| -> Value {
        let resource = json!({
            "host": "host-1", "project": project, "cpu": cpu, "memory_mb": memory_mb,
            "disk_gb": disk_gb,
        });
        json!({ "resource": resource })
    };
    let answer = house.get("admin", "/v2.1/os-hosts/host-1").await;
    let resources = [
        of("(total)", 8, 4096, 20),
        of("(used_now)", 2, 0, 0),
        of("(used_max)", 3, 1536, 3),
        of(PROJECT, 2, 1024, 2),
        of("other", 1, 512, 1),
    ];
    assert_eq!(answer.body, json!({ "host": resources }));
}

#[tokio::test]
async fn hosts_are_for_administrators_and_for_older_versions() {
    let house = house().await;
    let answer = house.get("admin", "/v2.1/os-hosts/x").await;
    assert_eq!(answer.fault(), (404, "itemNotFound", "Compute host x could not be found."));
    for url in ["/v2.1/os-hosts", "/v2.1/os-hosts/host-1"] {
        assert_eq!(house.get("alice", url).await.fault().0, 403, "{url}");
        assert_eq!(house.get("admin@2.42", url).await.status, 200, "{url}");
        assert_eq!(house.get("admin@2.43", url).await.status, 404, "{url}");
    }
}
