//! `/os-simple-tenant-usage`.

use crate::house::{House, PROJECT};
use nova_objects::{DateTime, Instance, RequestContext, VmState};
use serde_json::{Value, json};

const URL: &str = "/v2.1/os-simple-tenant-usage";

fn at(text: &str) -> Option<DateTime> {
    Some(DateTime::parse(text).unwrap())
}

/// One server that runs since noon, one that ran from ten to eleven and is gone, one that was
/// never launched; and one of another project.
async fn house() -> House {
    let house = House::new().await;
    let launched =
        |time: &'static str| move |instance: &mut Instance| instance.launched_at = at(time);
    house.server("runs", launched("2016-04-01T12:00:00")).await;
    let gone = house
        .server("gone", |instance| {
            instance.launched_at = at("2016-04-01T10:00:00");
            instance.terminated_at = at("2016-04-01T11:00:00");
            instance.vm_state = VmState::Deleted;
        })
        .await;
    gone.destroy(&*house.store, &RequestContext::admin()).await.unwrap();
    house.server("never", |instance| instance.launched_at = None).await;
    let other = |instance: &mut Instance| {
        instance.project_id = "other".into();
        instance.launched_at = at("2016-04-01T00:00:00");
    };
    house.server("other", other).await;
    house
}

async fn hours(house: &House, query: &str) -> Value {
    let answer = house.get("alice", &format!("{URL}/{PROJECT}?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer.body["tenant_usage"]["total_hours"].clone()
}

#[tokio::test]
async fn a_server_counts_for_as_long_as_it_ran_within_the_period() {
    let house = house().await;
    let day = |start: &str, end: &str| format!("start=2016-04-01T{start}&end=2016-04-01T{end}");
    for (query, expected) in [
        (day("00:00:00", "14:00:00"), json!(3.0)),
        (day("00:00:00", "11:00:00"), json!(1.0)),
        (day("10:30:00", "12:30:00"), json!(1.0)),
        (day("13:00:00.5", "14:00:00.500000"), json!(1.0)),
        (day("00:00:00", "09:00:00"), json!(null)),
        ("start=2016-04-01%2009:00:00.0&end=2016-04-01%2010:15:00.0".into(), json!(0.25)),
    ] {
        assert_eq!(hours(&house, &query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_project_by_itself_shows_each_of_its_servers() {
    let house = house().await;
    let query = "start=2016-04-01T00:00:00&end=2016-04-01T14:00:00";
    let mut answer = house.get("alice", &format!("{URL}/{PROJECT}?{query}")).await;
    let servers = answer.body["tenant_usage"]["server_usages"].take();
    let expected = json!({
        "tenant_id": PROJECT, "total_hours": 3.0, "total_local_gb_usage": 3.0,
        "total_vcpus_usage": 3.0, "total_memory_mb_usage": 1536.0, "server_usages": null,
        "start": "2016-04-01T00:00:00.000000", "stop": "2016-04-01T14:00:00.000000",
    });
    assert_eq!(answer.body, json!({ "tenant_usage": expected }));
    let servers = servers.as_array().unwrap();
    assert_eq!(servers.len(), 2);
    let gone = servers.iter().find(|server| server["name"] == "gone").unwrap();
    let expected = json!({
        "hours": 1.0, "flavor": "m1.tiny", "instance_id": gone["instance_id"], "name": "gone",
        "tenant_id": PROJECT, "memory_mb": 512, "local_gb": 1, "vcpus": 1, "uptime": 3600,
        "started_at": "2016-04-01T10:00:00.000000", "ended_at": "2016-04-01T11:00:00.000000",
        "state": "terminated",
    });
    assert_eq!(*gone, expected);
    let runs = servers.iter().find(|server| server["name"] == "runs").unwrap();
    assert_eq!((&runs["ended_at"], &runs["state"]), (&json!(null), &json!("active")));
}

#[tokio::test]
async fn an_administrator_sees_all_projects_with_their_servers_if_he_asks() {
    let house = house().await;
    let query = "start=2016-04-01T00:00:00&end=2016-04-01T14:00:00";
    let answer = house.get("admin", &format!("{URL}?{query}")).await;
    let usages = answer.body["tenant_usages"].as_array().unwrap();
    let sums: Vec<_> = usages.iter().map(|u| (&u["tenant_id"], &u["total_hours"])).collect();
    assert_eq!(sums, [(&json!(PROJECT), &json!(3.0)), (&json!("other"), &json!(14.0))]);
    assert_eq!(usages[0].get("server_usages"), None);
    let answer = house.get("admin", &format!("{URL}?{query}&detailed=1")).await;
    assert_eq!(answer.body["tenant_usages"][0]["server_usages"].as_array().unwrap().len(), 2);
    let answer = house.get("admin", &format!("{URL}/nobody?{query}")).await;
    assert_eq!(answer.body, json!({ "tenant_usage": {} }));
    for (url, rule) in [(URL.to_owned(), "list"), (format!("{URL}/other"), "show")] {
        let refused = house.get("alice", &format!("{url}?{query}")).await;
        let rule = format!("os_compute_api:os-simple-tenant-usage:{rule}");
        let policy = format!("Policy doesn't allow {rule} to be performed.");
        assert_eq!(refused.fault(), (403, "forbidden", &*policy));
    }
}

#[tokio::test]
async fn a_period_begins_before_it_ends_and_is_written_as_nova_reads_it() {
    let house = house().await;
    let turned = "Invalid start time. The start time cannot occur after the end time.";
    let format = "Invalid datetime string: Datetime is in invalid format";
    for (query, message) in [
        ("start=2016-04-02T00:00:00&end=2016-04-01T00:00:00", turned),
        ("start=2999-01-01T00:00:00", turned),
        ("start=yesterday", format),
        ("start=2016-04-01", format),
        ("start=2016-04-01T00:00:00Z", format),
        ("start=2016-13-01T00:00:00", format),
        ("start=2016-04-01T00:00:00&end=2016-04-01%2000:00:00", format),
    ] {
        for url in [URL.to_owned(), format!("{URL}/{PROJECT}")] {
            let answer = house.get("admin", &format!("{url}?{query}")).await;
            assert_eq!(answer.fault(), (400, "badRequest", message), "{query}");
        }
    }
}

#[tokio::test]
async fn pages_came_with_2_40() {
    let house = house().await;
    let query = "start=2016-04-01T00:00:00&end=2016-04-01T14:00:00&limit=1";
    for (path, key) in [(String::new(), "tenant_usages"), (format!("/{PROJECT}"), "tenant_usage")] {
        let links = format!("{key}_links");
        let answer = house.get("admin@2.39", &format!("{URL}{path}?{query}")).await;
        assert_eq!(answer.body.get(&links), None);
        let mut url = format!("{URL}{path}?{query}&detailed=1");
        let mut pages = 0;
        loop {
            let answer = house.get("admin@2.40", &url).await;
            let Some(link) = answer.body.get(&links) else { break };
            let next = link[0]["href"].as_str().unwrap();
            url = next.strip_prefix("http://v2.example:8774").unwrap().to_owned();
            pages += 1;
        }
        assert_eq!(pages, if path.is_empty() { 3 } else { 2 }, "{url}");
    }
    let answer = house.get("admin@2.40", &format!("{URL}?{query}&marker=x")).await;
    assert_eq!(answer.fault(), (400, "badRequest", "Marker x could not be found."));
}

#[tokio::test]
async fn who_names_no_period_asks_for_the_present_moment() {
    let house = house().await;
    for url in [URL.to_owned(), format!("{URL}/{PROJECT}")] {
        let answer = house.get("admin", &url).await;
        assert_eq!(answer.status, 200, "{url}: {}", answer.body);
    }
}
