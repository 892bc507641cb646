//! One story a function. What a story does to the house is in its doc; the rest is the house's.

use crate::house::{Failed, House, TINY, Told, Wish, host};
use nova_objects::{ComputeNode, DateTime, NovaObject, Query, RequestContext, Service};
use serde_json::json;
use std::time::Duration;

/// One server of 8192 MiB.
const LARGE: Wish = Wish { flavor: "4", ..TINY };

/// Asks a guest for what it has said.
pub(crate) async fn console() -> Result<Told, Failed> {
    let house = House::of(vec![("host-1", host("host-1", 8192))]).await?;
    house.boot(&TINY).await?;
    let servers = house.ask("/servers", None).await?.body;
    let path = format!("/servers/{}/action", servers["servers"][0]["id"].as_str().unwrap_or("?"));
    let wish = json!({ "os-getConsoleOutput": { "length": 10 } });
    let said = house.ask(&path, Some(&wish)).await?;
    house.stop().await;
    let output = said.body["output"].as_str().unwrap_or_default();
    Ok(Told { request_id: said.request_id, status: said.status, end: output.trim_end().into() })
}

/// Hosts that are too small.
pub(crate) async fn no_host() -> Result<Told, Failed> {
    told(vec![("host-1", host("host-1", 4096))], &LARGE).await
}

/// Two servers at once: the second is decided by a row that does not know of the first yet. Here
/// the first has its room, and the row is put back to what it said before.
pub(crate) async fn claim() -> Result<Told, Failed> {
    let hosts = vec![("host-1", host("host-1", 9216)), ("host-2", host("host-2", 8704))];
    let house = House::of(hosts).await?;
    let admin = RequestContext::admin();
    let rows = Query::all().with("host", "host-1");
    let before = ComputeNode::list(&house.rows, &admin, rows.clone()).await?.remove(0);
    house.boot(&LARGE).await?;
    let mut now = ComputeNode::list(&house.rows, &admin, rows).await?.remove(0);
    *now = (*before).clone();
    now.save(&house.rows, &admin).await?;
    let told = house.boot(&LARGE).await?;
    house.stop().await;
    Ok(told)
}

/// The larger host cannot start a guest.
pub(crate) async fn broken() -> Result<Told, Failed> {
    let without_power = host("host-1", 8192).failing("spawn", "no power");
    told(vec![("host-1", without_power), ("host-2", host("host-2", 4096))], &TINY).await
}

// ANCHOR: slow
/// A hypervisor that takes longer than a build may.
pub(crate) async fn slow() -> Result<Told, Failed> {
    let slow = host("host-1", 8192).delaying("spawn", Duration::from_secs(2));
    told(vec![("host-1", slow)], &TINY).await
}
// ANCHOR_END: slow

/// The largest host died a moment ago: its rows still say that it is there.
pub(crate) async fn dead() -> Result<Told, Failed> {
    let house = House::of(vec![("host-1", host("host-1", 2048))]).await?;
    let admin = RequestContext::admin();
    let alive = ComputeNode::list(&house.rows, &admin, Query::all()).await?.remove(0);
    let node = ComputeNode {
        uuid: "99999999-9999-9999-9999-999999999999".into(),
        host: "host-9".into(),
        hypervisor_hostname: "host-9".into(),
        memory_mb: 8192,
        free_ram_mb: 7680,
        ..(*alive).clone()
    };
    node.create(&house.rows, &admin).await?;
    let mut service = Service::new("host-9", "nova-compute", "compute");
    service.last_seen_up = Some(DateTime::now());
    service.create(&house.rows, &admin).await?;
    let told = house.boot(&TINY).await?;
    house.stop().await;
    Ok(told)
}

/// Each story in two lines, and two more in which there is no server at all.
pub(crate) async fn answers() -> Result<(), Failed> {
    let no_image = Wish { image: "22222222-2222-2222-2222-222222222222", ..TINY };
    let too_many = Wish { count: 11, ..TINY };
    let one_host = || vec![("host-1", host("host-1", 8192))];
    for (story, told) in [
        ("no host is large enough", no_host().await?),
        ("the room is gone at the claim", claim().await?),
        ("the hypervisor has no power", broken().await?),
        ("the host died a moment ago", dead().await?),
        ("there is no such image", told(one_host(), &no_image).await?),
        ("eleven servers, ten are allowed", told(one_host(), &too_many).await?),
    ] {
        println!("{story:32} {}  {}", told.status, told.end);
    }
    Ok(())
}

/// A boot on these hosts.
async fn told(hosts: Vec<(&str, nova_compute::FakeDriver)>, wish: &Wish) -> Result<Told, Failed> {
    let house = House::of(hosts).await?;
    let told = house.boot(wish).await?;
    house.stop().await;
    Ok(told)
}
