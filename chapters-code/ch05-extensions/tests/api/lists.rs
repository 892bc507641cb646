//! `GET /servers`: filters and pages.

use crate::house::{House, PROJECT};
use nova_objects::{FixedIp, Flavor, Instance, RequestContext, TaskState, Vif, VmState};
use serde_json::json;

/// Three servers of the project, the oldest first; one that is gone; one of another project.
async fn house() -> House {
    let house = House::new().await;
    house.server("db-1", |_| ()).await;
    house.server("db-2", |instance| instance.vm_state = VmState::Stopped).await;
    house.server("web", |instance| instance.reservation_id = "r-1".into()).await;
    let gone = house.server("gone", |_| ()).await;
    gone.destroy(&*house.store, &RequestContext::admin()).await.unwrap();
    let other = |instance: &mut Instance| instance.project_id = "bad".into();
    house.server("other", other).await;
    house
}

#[tokio::test]
async fn a_list_has_what_is_searched_for_the_youngest_first() {
    let house = house().await;
    for (query, names) in [
        ("", &["web", "db-2", "db-1"][..]),
        ("name=db", &["db-2", "db-1"]),
        ("name=%5Edb-[2-9]$", &["db-2"]),
        ("name=nobody&name=e", &["web"]),
        ("name=", &["web", "db-2", "db-1"]),
        ("name=db&limit=1", &["db-2"]),
        ("status=active", &["web", "db-1"]),
        ("status=SHUTOFF&status=Active", &["web", "db-2", "db-1"]),
        ("status=weary", &[]),
        ("status=weary&status=SHUTOFF", &["db-2"]),
        ("reservation_id=r-1", &["web"]),
        ("image=nothing", &[]),
        ("changes-since=2016-01-01T00:00:00Z", &["gone", "web", "db-2", "db-1"]),
        ("changes-since=2016-01-01", &["gone", "web", "db-2", "db-1"]),
        ("changes-since=2999-01-01T00:00:00Z", &[]),
        ("all_tenants=0", &["web", "db-2", "db-1"]),
        // Not for everybody, so dropped.
        ("deleted=True", &["web", "db-2", "db-1"]),
        ("host=nowhere&colour=red", &["web", "db-2", "db-1"]),
    ] {
        let answer = house.get("alice", &format!("/v2.1/servers?{query}")).await;
        assert_eq!(answer.names(), names, "{query}");
    }
}

#[tokio::test]
async fn administrators_search_by_what_only_they_see() {
    let house = house().await;
    let named = |name: &'static str| move |instance: &mut Instance| instance.hostname = name.into();
    let uuid = &house.server("by-uuid", named("its-name")).await.uuid;
    for (query, names) in [
        (format!("uuid={uuid}"), &["by-uuid"][..]),
        ("uuid=nobody".into(), &[]),
        ("vm_state=stopped".into(), &["db-2"]),
        ("vm_state=weary".into(), &[]),
        ("task_state=deleting".into(), &[]),
        ("hostname=its-name".into(), &["by-uuid"]),
        ("deleted=True".into(), &["gone"]),
        ("colour=red".into(), &["by-uuid", "web", "db-2", "db-1"]),
    ] {
        let answer = house.get("admin", &format!("/v2.1/servers?{query}")).await;
        assert_eq!(answer.names(), names, "{query}");
    }
}

#[tokio::test]
async fn a_list_comes_in_the_order_that_is_asked_for() {
    let house = House::new().await;
    for (name, memory_mb) in [("b", 64), ("a", 64), ("c", 32)] {
        house.server(name, |instance| instance.memory_mb = memory_mb).await;
    }
    for (query, names) in [
        ("sort_key=display_name", ["c", "b", "a"]),
        ("sort_key=display_name&sort_dir=asc", ["a", "b", "c"]),
        ("sort_key=memory_mb&sort_dir=asc", ["c", "b", "a"]),
        ("sort_key=memory_mb&sort_key=display_name&sort_dir=desc&sort_dir=asc", ["a", "b", "c"]),
        ("sort_dir=asc", ["b", "a", "c"]),
    ] {
        let answer = house.get("alice", &format!("/v2.1/servers?{query}")).await;
        assert_eq!(answer.names(), names, "{query}");
    }
}

#[tokio::test]
async fn what_lies_in_another_table_is_found_too() {
    let house = House::new().await;
    house.server("nowhere", |_| ()).await;
    let here = FixedIp { address: "10.0.0.7".into(), version: 4, kind: "fixed".into() };
    let vif =
        Vif { address: "52:54:00:12:34:56".into(), label: "private".into(), fixed_ips: vec![here] };
    house.server("here", |instance| instance.network_info = vec![vif.clone()]).await;
    let [_, small, ..] = Flavor::defaults();
    house.server("small", |instance| instance.flavor = small.clone()).await;
    for (query, names) in [
        ("ip=10.0", &["here"][..]),
        ("ip=%5E10%5C.0%5C.0%5C.7$", &["here"]),
        ("ip=10.1", &[]),
        ("flavor=2", &["small"]),
        ("flavor=none-such", &[]),
    ] {
        let answer = house.get("alice", &format!("/v2.1/servers?{query}")).await;
        assert_eq!(answer.names(), names, "{query}");
    }
}

#[tokio::test]
async fn a_status_that_is_a_task_finds_the_servers_nova_is_busy_with() {
    let house = House::new().await;
    house.server("quiet", |_| ()).await;
    let reboots = |instance: &mut Instance| instance.task_state = Some(TaskState::RebootStarted);
    house.server("reboots", reboots).await;
    let rebuilt = |instance: &mut Instance| {
        (instance.vm_state, instance.task_state) = (VmState::Stopped, Some(TaskState::Rebuilding));
    };
    house.server("rebuilt", rebuilt).await;
    for (query, names) in [
        ("status=reboot", &["reboots"][..]),
        ("status=REBUILD", &["rebuilt"]),
        ("status=REBOOT&status=REBUILD", &["rebuilt", "reboots"]),
        ("status=HARD_REBOOT", &[]),
        // As in Nova: a status of its own is looked for by what was promised alone.
        ("status=ACTIVE", &["reboots", "quiet"]),
        ("status=REBUILD&status=ACTIVE", &["rebuilt", "reboots", "quiet"]),
    ] {
        let answer = house.get("alice", &format!("/v2.1/servers?{query}")).await;
        assert_eq!(answer.names(), names, "{query}");
    }
}

#[tokio::test]
async fn an_administrator_may_search_for_more() {
    let house = house().await;
    for (query, names) in [
        ("", &["web", "db-2", "db-1"][..]),
        ("all_tenants", &["other", "web", "db-2", "db-1"]),
        ("all_tenants=1&tenant_id=bad", &["other"]),
        ("tenant_id=bad", &["other"]),
        ("host=nowhere", &[]),
        ("host=host-1&name=web", &["web"]),
        ("deleted=True", &["gone"]),
        ("deleted=False", &["web", "db-2", "db-1"]),
        ("deleted=perhaps", &["web", "db-2", "db-1"]),
    ] {
        let answer = house.get("admin", &format!("/v2.1/servers?{query}")).await;
        assert_eq!(answer.names(), names, "{query}");
    }
}

#[tokio::test]
async fn a_search_that_cannot_be_is_refused() {
    let house = house().await;
    let policy = |action: &str| {
        let rule = format!("os_compute_api:servers:{action}:get_all_tenants");
        format!("Policy doesn't allow {rule} to be performed.")
    };
    let input = |reason: &str| format!("Invalid input received: {reason}");
    for (url, code, message) in [
        ("servers?limit=x", 400, input("limit must be an integer")),
        ("servers?limit=-1", 400, input("limit must be >= 0")),
        ("servers?marker=x", 400, "marker [x] not found".into()),
        ("servers?changes-since=yesterday", 400, "Invalid changes-since value".into()),
        ("servers?name=*", 400, {
            "Invalid input for query parameters name. Value: *. '*' is not a 'regex'".into()
        }),
        ("servers?sort_key=name", 400, "Sort key supplied was not valid.".into()),
        ("servers?sort_key=uuid&sort_dir=up", 400, {
            input("Unknown sort direction, must be 'desc' or 'asc'")
        }),
        ("servers?ip=(", 400, {
            "Invalid input for query parameters ip. Value: (. '(' is not a 'regex'".into()
        }),
        ("servers?status=deleted", 403, "Only administrators may list deleted instances".into()),
        (
            "servers?status=deleted&status=DELETED",
            403,
            "Only administrators may list deleted instances".into(),
        ),
        ("servers?all_tenants", 403, policy("index")),
        ("servers/detail?all_tenants=1", 403, policy("detail")),
        ("servers?all_tenants=oui", 400, {
            input(
                "Unrecognized value 'oui', acceptable values are: \
                 '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'",
            )
        }),
    ] {
        let answer = house.get("alice", &format!("/v2.1/{url}")).await;
        let (status, _, text) = answer.fault();
        assert_eq!((status, text), (code, &*message), "{url}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_to_the_end() {
    let house = House::new().await;
    for number in 1..=5 {
        house.server(&format!("web {number}"), |_| ()).await;
    }
    for path in ["servers", "servers/detail"] {
        let mut url = format!("/v2.1/{PROJECT}/{path}?name=web%20%5B1-4%5D&limit=2");
        let mut pages = Vec::new();
        loop {
            let answer = house.get("alice", &url).await;
            pages.push(answer.names().join(" "));
            let Some(link) = answer.body["servers_links"].get(0) else { break };
            assert_eq!(link["rel"], "next");
            let last = answer.body["servers"][1]["id"].as_str().unwrap();
            let query = format!("name=web%20%5B1-4%5D&limit=2&marker={last}");
            let base = "http://v2.example:8774";
            assert_eq!(link["href"], format!("{base}/v2.1/{PROJECT}/{path}?{query}"));
            url = link["href"].as_str().unwrap().strip_prefix(base).unwrap().to_owned();
        }
        assert_eq!(pages, ["web 4 web 3", "web 2 web 1", ""], "{path}");
    }
    let none = house.get("alice", "/v2.1/servers?limit=0").await;
    assert_eq!(none.body, json!({ "servers": [] }));
    let many = house.get("alice", "/v2.1/servers?limit=5000").await;
    assert_eq!((many.names().len(), many.body.get("servers_links")), (5, None));
}

#[tokio::test]
async fn a_page_may_begin_behind_a_server_that_the_name_does_not_fit() {
    let house = House::new().await;
    house.server("old", |_| ()).await;
    let marker = house.server("marker", |_| ()).await;
    house.server("new", |_| ()).await;
    let url = format!("/v2.1/servers?name=o&marker={}", marker.uuid);
    assert_eq!(house.get("alice", &url).await.names(), ["old"]);
}
