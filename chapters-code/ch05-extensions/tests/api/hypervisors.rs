//! `/os-hypervisors`.

use crate::house::{Answer, House, IMAGE, image};
use async_trait::async_trait;
use nova_objects::{
    ComputeNode, ComputeRpc, DateTime, NovaObject, RemoteError, RequestContext, Service,
};
use serde_json::{Value, json};
use std::sync::Arc;

async fn compute_node(house: &House, number: i64, seconds: i64, disabled: bool) {
    let admin = RequestContext::admin();
    let host = format!("host-{number}");
    let mut service = Service::new(&host, "nova-compute", "compute");
    service.last_seen_up = Some(DateTime::now().plus_seconds(-seconds));
    service.disabled = disabled;
    service.create(&*house.store, &admin).await.unwrap();
    let node = ComputeNode {
        uuid: format!("uuid-{number}"),
        host,
        hypervisor_hostname: format!("node-{number}"),
        hypervisor_type: "fake".into(),
        cpu_info: r#"{"arch": "x86_64"}"#.into(),
        vcpus: 4,
        memory_mb: 1024 * number,
        ..ComputeNode::default()
    };
    node.create(&*house.store, &admin).await.unwrap();
}

/// One that is up, one that is down, one that is disabled, and one without a service.
async fn house() -> House {
    let house = House::new().await;
    compute_node(&house, 1, 0, false).await;
    compute_node(&house, 2, 999, false).await;
    compute_node(&house, 3, 0, true).await;
    let orphan = ComputeNode { uuid: "uuid-4".into(), host: "gone".into(), ..Default::default() };
    orphan.create(&*house.store, &RequestContext::admin()).await.unwrap();
    house
}

fn hypervisors(answer: &Answer) -> &Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    &answer.body["hypervisors"]
}

#[tokio::test]
async fn a_hypervisor_is_as_its_service_is() {
    let house = house().await;
    let shown = |id: i64, state: &str, status: &str| {
        let name = format!("node-{id}");
        json!({ "id": id, "hypervisor_hostname": name, "state": state, "status": status })
    };
    let all = [shown(1, "up", "enabled"), shown(2, "down", "enabled"), shown(3, "up", "disabled")];
    let answer = house.get("admin", "/v2.1/os-hypervisors").await;
    assert_eq!(*hypervisors(&answer), json!(all));
    let answer = house.get("admin", "/v2.1/os-hypervisors/ode-2/search").await;
    assert_eq!(*hypervisors(&answer), json!([all[1]]));
    let answer = house.get("admin", "/v2.1/os-hypervisors/1/uptime").await;
    let mut with_uptime = all[0].clone();
    with_uptime["uptime"] = json!("one line\nand another\n");
    assert_eq!(answer.body, json!({ "hypervisor": with_uptime }));
}

#[tokio::test]
async fn a_hypervisor_by_itself_says_what_it_has() {
    let house = house().await;
    let mut expected = json!({
        "id": 1, "hypervisor_hostname": "node-1", "state": "up", "status": "enabled",
        "vcpus": 4, "memory_mb": 1024, "local_gb": 0, "vcpus_used": 0, "memory_mb_used": 0,
        "local_gb_used": 0, "hypervisor_type": "fake", "hypervisor_version": 0,
        "free_ram_mb": 0, "free_disk_gb": 0, "current_workload": 0, "running_vms": 0,
        "disk_available_least": null, "host_ip": "", "cpu_info": r#"{"arch": "x86_64"}"#,
        "service": { "id": 1, "host": "host-1", "disabled_reason": null },
    });
    let answer = house.get("admin", "/v2.1/os-hypervisors/1").await;
    assert_eq!(answer.body, json!({ "hypervisor": expected }));
    let detail = house.get("admin", "/v2.1/os-hypervisors/detail").await;
    assert_eq!(hypervisors(&detail)[0], expected);
    expected["cpu_info"] = json!({ "arch": "x86_64" });
    let answer = house.get("admin@2.28", "/v2.1/os-hypervisors/1").await;
    assert_eq!(answer.body, json!({ "hypervisor": expected }));
}

#[tokio::test]
async fn the_servers_of_a_hypervisor_are_those_on_its_host_whoever_they_belong_to() {
    let house = house().await;
    let instance = house.server("web", |instance| instance.project_id = "other".into()).await;
    let answer = house.get("admin", "/v2.1/os-hypervisors/node-/servers").await;
    let found = hypervisors(&answer);
    let server = json!({ "name": instance.name(), "uuid": instance.uuid });
    assert_eq!(found[0]["servers"], json!([server]));
    assert_eq!(found[1].get("servers"), None);
}

#[tokio::test]
async fn the_statistics_add_up_what_is_in_service() {
    let house = house().await;
    let answer = house.get("admin", "/v2.1/os-hypervisors/statistics").await;
    let statistics = &answer.body["hypervisor_statistics"];
    assert_eq!((&statistics["count"], &statistics["vcpus"]), (&json!(2), &json!(8)));
    assert_eq!(statistics["memory_mb"], 3 * 1024);
    assert_eq!(statistics.as_object().unwrap().len(), 12);
}

#[tokio::test]
async fn pages_came_with_2_33() {
    let house = house().await;
    let url = "/v2.1/os-hypervisors/detail?limit=1&marker=1";
    let answer = house.get("admin@2.32", url).await;
    assert_eq!(hypervisors(&answer).as_array().unwrap().len(), 3);
    let answer = house.get("admin@2.33", url).await;
    assert_eq!(hypervisors(&answer)[0]["id"], 2);
    let next = "http://v2.example:8774/v2.1/os-hypervisors/detail?limit=1&marker=2";
    assert_eq!(answer.body["hypervisors_links"], json!([{ "rel": "next", "href": next }]));
    let answer = house.get("admin@2.33", "/v2.1/os-hypervisors?marker=9").await;
    assert_eq!(answer.fault(), (400, "badRequest", "marker [9] not found"));
}

#[tokio::test]
async fn what_is_not_there_is_said_and_only_to_administrators() {
    let house = house().await;
    for (path, code, message) in [
        ("9", 404, "Hypervisor with ID '9' could not be found."),
        ("x", 404, "Hypervisor with ID 'x' could not be found."),
        ("4", 404, "Hypervisor with ID '4' could not be found."),
        ("x/uptime", 404, "Hypervisor with ID 'x' could not be found."),
        ("2/uptime", 400, "Compute service of host-2 is unavailable at this time."),
        ("x/search", 404, "No hypervisor matching 'x' could be found."),
        ("x/servers", 404, "No hypervisor matching 'x' could be found."),
    ] {
        let answer = house.get("admin", &format!("/v2.1/os-hypervisors/{path}")).await;
        let (status, _, text) = answer.fault();
        assert_eq!((status, text), (code, message), "{path}");
        let refused = house.get("alice", &format!("/v2.1/os-hypervisors/{path}")).await;
        let policy = "Policy doesn't allow os_compute_api:os-hypervisors to be performed.";
        assert_eq!(refused.fault(), (403, "forbidden", policy), "{path}");
    }
}

/// Compute services that know no method at all.
struct Silent;

#[async_trait]
impl ComputeRpc for Silent {
    async fn cast(
        &self,
        _: &RequestContext,
        _: &str,
        method: &'static str,
        _: Value,
    ) -> Result<(), RemoteError> {
        Err(RemoteError::messaging("NoSuchMethod", method))
    }

    async fn call(
        &self,
        _: &RequestContext,
        _: &str,
        method: &'static str,
        _: Value,
    ) -> Result<Value, RemoteError> {
        Err(RemoteError::messaging("NoSuchMethod", method))
    }
}

#[tokio::test]
async fn a_hypervisor_that_cannot_tell_its_uptime_says_so() {
    let silent: Arc<dyn ComputeRpc> = Arc::new(Silent);
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(Arc::clone(&silent))).await;
    compute_node(&house, 1, 0, false).await;
    let answer = house.get("admin", "/v2.1/os-hypervisors/1/uptime").await;
    let message = "The requested functionality is not supported.";
    assert_eq!(answer.fault(), (501, "notImplemented", message));
}
