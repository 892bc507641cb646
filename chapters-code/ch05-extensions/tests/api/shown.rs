//! How a server is shown.

use crate::house::{House, IMAGE, PROJECT};
use nova_objects::{
    DateTime, Instance, InstanceFault, NovaObject, Query, RequestContext, Service, StoreError,
    TaskState, VmState,
};
use serde_json::{Value, json};

/// The keys of a server in Nova's documented answers (doc/api_samples/all_extensions of 13.0.0).
const KEYS: [&str; 24] = [
    "OS-DCF:diskConfig",
    "OS-EXT-AZ:availability_zone",
    "OS-EXT-STS:power_state",
    "OS-EXT-STS:task_state",
    "OS-EXT-STS:vm_state",
    "OS-SRV-USG:launched_at",
    "OS-SRV-USG:terminated_at",
    "accessIPv4",
    "accessIPv6",
    "addresses",
    "config_drive",
    "created",
    "flavor",
    "hostId",
    "id",
    "image",
    "key_name",
    "links",
    "metadata",
    "name",
    "os-extended-volumes:volumes_attached",
    "security_groups",
    "status",
    "tenant_id",
];

async fn shown(house: &House, token: &str, url: &str) -> Value {
    let mut answer = house.get(token, url).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["server"].take()
}

#[tokio::test]
async fn a_server_has_the_keys_of_novas_own_answers() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    let url = format!("/v2.1/servers/{}", instance.uuid);
    let mut keys = [&KEYS[..], &["progress", "updated", "user_id"]].concat();
    for (token, admin_only) in [
        ("alice", &[][..]),
        (
            "admin",
            &[
                "OS-EXT-SRV-ATTR:host",
                "OS-EXT-SRV-ATTR:hypervisor_hostname",
                "OS-EXT-SRV-ATTR:instance_name",
            ],
        ),
    ] {
        keys.extend(admin_only);
        keys.sort_unstable();
        let server = shown(&house, token, &url).await;
        let mut found: Vec<&String> = server.as_object().unwrap().keys().collect();
        found.sort_unstable();
        assert_eq!(found, keys, "{token}");
    }
}

#[tokio::test]
async fn links_name_the_project_if_the_request_did() {
    let house = House::new().await;
    let id = &house.server("web", |_| ()).await.uuid;
    for (url, own, bookmark) in [
        (format!("/v2.1/servers/{id}"), "/v2.1", ""),
        (format!("/v2.1/{PROJECT}/servers/{id}"), "/v2.1/c0ffee", "/c0ffee"),
        (format!("/v2/servers/{id}"), "/v2", ""),
    ] {
        let server = shown(&house, "alice", &url).await;
        let host = "http://v2.example:8774";
        let links = json!([
            { "rel": "self", "href": format!("{host}{own}/servers/{id}") },
            { "rel": "bookmark", "href": format!("{host}{bookmark}/servers/{id}") },
        ]);
        assert_eq!(server["links"], links);
        let image =
            json!({ "rel": "bookmark", "href": format!("{host}{bookmark}/images/{IMAGE}") });
        assert_eq!(server["image"], json!({ "id": IMAGE, "links": [image] }));
        assert_eq!(server["flavor"]["links"][0]["href"], format!("{host}{bookmark}/flavors/1"));
    }
}

#[tokio::test]
async fn a_project_whose_id_is_part_of_a_word_is_not_in_the_url() {
    let house = House::new().await;
    let ed = |instance: &mut Instance| instance.project_id = "e".into();
    let id = &house.server("web", ed).await.uuid;
    let answer = house.get("alice:e", &format!("/v2.1/servers/{id}")).await;
    let own = format!("http://v2.example:8774/v2.1/servers/{id}");
    assert_eq!(answer.body["server"]["links"][0]["href"], own);
}

#[tokio::test]
async fn the_status_is_made_of_the_states_and_progress_goes_with_some() {
    let house = House::new().await;
    for (vm_state, task_state, status, progress) in [
        (VmState::Building, Some(TaskState::Spawning), "BUILD", Some(0)),
        (VmState::Active, None, "ACTIVE", Some(0)),
        (VmState::Active, Some(TaskState::PoweringOff), "ACTIVE", Some(0)),
        (VmState::Active, Some(TaskState::Deleting), "ACTIVE", Some(0)),
        (VmState::Active, Some(TaskState::RebootStarted), "REBOOT", None),
        (VmState::Active, Some(TaskState::RebuildSpawning), "REBUILD", Some(0)),
        (VmState::Stopped, None, "SHUTOFF", None),
        (VmState::Stopped, Some(TaskState::ResizeFinish), "RESIZE", Some(0)),
        (VmState::Resized, None, "VERIFY_RESIZE", Some(0)),
        (VmState::Paused, Some(TaskState::Migrating), "MIGRATING", Some(0)),
        (VmState::Error, None, "ERROR", None),
    ] {
        let instance = house.server("web", |instance| {
            instance.vm_state = vm_state;
            instance.task_state = task_state;
        });
        let url = format!("/v2.1/servers/{}", instance.await.uuid);
        let server = shown(&house, "alice", &url).await;
        assert_eq!(server["status"], status);
        assert_eq!(server.get("progress"), progress.map(|p| json!(p)).as_ref(), "{status}");
    }
}

#[tokio::test]
async fn the_host_is_a_secret_but_the_same_for_servers_that_share_it() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for host in [Some("host-1"), Some("host-1"), Some("host-2"), None] {
        let instance = house.server("web", |i| i.host = host.map(str::to_owned)).await;
        let server = shown(&house, "alice", &format!("/v2.1/servers/{}", instance.uuid)).await;
        ids.push(server["hostId"].as_str().unwrap().to_owned());
    }
    // printf c0ffeehost-1 | sha224sum
    assert_eq!(ids[0], "5aefe4e0d395fbf0b067392276ab279a78c5bfa4847d891fea116b63");
    assert!(ids[0] == ids[1] && ids[0] != ids[2] && ids[3].is_empty());
}

#[tokio::test]
async fn the_state_of_its_host_is_for_administrators_from_2_16() {
    let house = House::new().await;
    let url = format!("/v2.1/servers/{}", house.server("web", |_| ()).await.uuid);
    assert_eq!(shown(&house, "admin@2.16", &url).await["host_status"], "", "no service");
    let admin = RequestContext::admin();
    house.compute_service(3600).await;
    let services = Service::list(&*house.store, &admin, Query::all()).await.unwrap();
    let mut service = services.into_iter().next().unwrap();
    for (status, happens) in [
        ("UNKNOWN", (|_| ()) as fn(&mut Service)),
        ("UP", |service| service.last_seen_up = Some(DateTime::now())),
        ("MAINTENANCE", |service| service.disabled = true),
        ("DOWN", |service| service.forced_down = true),
    ] {
        happens(&mut service);
        service.save(&*house.store, &admin).await.unwrap();
        assert_eq!(shown(&house, "admin@2.16", &url).await["host_status"], status);
    }
    for token in ["alice@2.16", "admin@2.15"] {
        assert_eq!(shown(&house, token, &url).await.get("host_status"), None, "{token}");
    }
}

#[tokio::test]
async fn a_fault_is_shown_of_a_broken_server_and_its_details_to_administrators() {
    let house = House::new().await;
    let broken = house.server("broken", |instance| instance.vm_state = VmState::Error).await;
    let fine = house.server("fine", |_| ()).await;
    let admin = RequestContext::admin();
    for instance in [&broken, &fine] {
        for problem in ["an older one", "no hands"] {
            let error = StoreError::Unavailable(problem.into());
            let mut fault = InstanceFault::of(instance, &error, None);
            (fault.code, fault.details) = (500, "line 1".into());
            fault.create(&*house.store, &admin).await.unwrap();
        }
    }
    let url = format!("/v2.1/servers/{}", broken.uuid);
    for (token, details) in [("alice", None), ("admin", Some(&json!("line 1")))] {
        let fault = &shown(&house, token, &url).await["fault"];
        assert!(fault["message"].as_str().unwrap().contains("no hands"), "{fault}");
        assert_eq!((&fault["code"], fault.get("details")), (&json!(500), details), "{token}");
    }
    let server = shown(&house, "admin", &format!("/v2.1/servers/{}", fine.uuid)).await;
    assert_eq!(server.get("fault"), None);
}
