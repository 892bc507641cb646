//! Two schedulers that do not know of each other: what they promise twice, the hosts decline.

use crate::{
    cloud::Cloud,
    kill::{fates, rest_of},
    tripwire::Tripwire,
};
use futures_util::future::join_all;
use nova_conductor::Db;
use nova_objects::{
    ComputeNode, Flavor, Instance, InstanceActionEvent, NovaObject, Query, RequestContext, VmState,
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::sleep;

/// More than there is room for: two hosts take 24 each.
const SERVERS: usize = 60;

const FIT: i64 = 24;

const ROLES: [(&str, &str); 3] = [("conductor", "c"), ("compute", "host-1"), ("compute", "host-2")];

async fn nodes(db: &Db) -> Vec<ComputeNode> {
    let nodes = ComputeNode::list(db, &RequestContext::admin(), Query::all()).await.unwrap();
    nodes.iter().map(|node| (**node).clone()).collect()
}

/// Looks again and again, and never returns.
async fn no_host_ever_promises_too_much(db: &Db) {
    loop {
        for ComputeNode { host, memory_mb, memory_mb_used, .. } in nodes(db).await {
            assert!(memory_mb_used * 2 <= memory_mb * 3, "{host}: {memory_mb_used} MiB");
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// How many servers are on each host.
async fn on_hosts(db: &Db) -> BTreeMap<String, i64> {
    let mut on_hosts = BTreeMap::new();
    for server in Instance::list(db, &RequestContext::admin(), Query::all()).await.unwrap() {
        assert_eq!(server.host.is_some(), server.vm_state == VmState::Active, "{server:?}");
        if let Some(host) = &server.host {
            *on_hosts.entry(host.clone()).or_default() += 1;
        }
    }
    on_hosts
}

/// How often a host was asked for a server.
async fn asked(db: &Db) -> usize {
    let builds = Query::all().with("event", Value::from("compute__do_build_and_run_instance"));
    InstanceActionEvent::list(db, &RequestContext::admin(), builds).await.unwrap().len()
}

async fn the_claim_decides(mut cloud: Cloud) {
    cloud.builds_may_take(600);
    let mut schedulers = Vec::new();
    for host in ["s1", "s2"] {
        let line = Tripwire::new().await;
        let scheduler = cloud.start("scheduler", host, &line.address()).await;
        line.count();
        schedulers.push((scheduler, line));
    }
    let (mut services, user) = rest_of(&mut cloud, &ROLES).await;
    let db = Db::open(cloud.database()).await.unwrap();
    let ComputeNode { memory_mb, memory_mb_used: reserved, .. } = nodes(&db).await[0];
    let memory_mb = (memory_mb * 3 / 2 - reserved) / FIT;
    let flavor = Flavor::new("24th", "m1.24th", memory_mb, 1, 0);
    flavor.create(&db, &RequestContext::admin()).await.unwrap();

    let crowd = async {
        let names: Vec<_> = (0..SERVERS).map(|number| format!("vm-{number}")).collect();
        let servers = join_all(names.iter().map(|name| user.boot_sized(name, "24th"))).await;
        fates(&user, &servers).await
    };
    let active = tokio::select! {
        active = crowd => active,
        () = no_host_ever_promises_too_much(&db) => unreachable!("it watches for ever"),
    };
    let (on_hosts, asked) = (on_hosts(&db).await, asked(&db).await);
    let sent: Vec<_> = schedulers.iter().map(|(_, line)| line.counted()).collect();
    println!("{active} of {SERVERS} ACTIVE, {on_hosts:?}; asked {asked} times, by {sent:?}");
    assert!(sent.iter().all(|sent| *sent > 0), "{sent:?}: both had work");
    assert_eq!(on_hosts.values().sum::<i64>(), active as i64);
    assert!(on_hosts.values().all(|servers| *servers <= FIT), "{on_hosts:?}");
    assert!(asked > active, "no host had to decline");
    assert!(active as i64 > FIT, "most of the room is used");

    db.close().await;
    // A line has to last as long as who is on it.
    let (schedulers, _lines): (Vec<_>, Vec<_>) = schedulers.into_iter().unzip();
    services.extend(schedulers);
    for service in services.into_iter().rev() {
        service.stop().await;
    }
    cloud.tidy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_schedulers_promise_the_same_room_the_claim_decides() {
    let Some(cloud) = Cloud::new() else { return };
    the_claim_decides(cloud).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn where_two_schedulers_promise_the_same_room_over_postgresql_the_claim_decides() {
    let Some(scratch) = crate::scratch::Scratch::new().await else { return };
    let Some(mut cloud) = Cloud::new() else { return };
    cloud.keep_rows_in(&scratch.url);
    the_claim_decides(cloud).await;
}
