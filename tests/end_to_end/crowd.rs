//! Many at once.

use crate::{
    client::Client,
    house::{Host, House, eventually, guests, host, tiny},
};
use futures_util::future::join_all;
use nova_objects::ComputeNode;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Not all of a hundred fit: the memory, promised one and a half times, is there for 79.
fn hosts() -> Vec<Host> {
    let slow = |name, memory_mb| {
        Arc::new(host(name, memory_mb).delaying("spawn", Duration::from_millis(10)))
    };
    vec![
        ("host-1", slow("host-1", 8192)),
        ("host-2", slow("host-2", 16384)),
        ("host-3", slow("host-3", 4096)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_servers_at_once_come_and_go_without_a_trace() {
    let hosts = hosts();
    let house = House::of(&hosts).await;
    let before = house.nodes().await;

    let servers = tokio::select! {
        servers = boot_all(&house.admin, 100) => servers,
        () = no_host_ever_promises_too_much(&house) => unreachable!("it watches for ever"),
    };
    let mut on_host: BTreeMap<String, i64> = BTreeMap::new();
    for server in &servers {
        match server["status"].as_str().unwrap() {
            "ACTIVE" => {
                let host = server["OS-EXT-SRV-ATTR:host"].as_str().unwrap();
                *on_host.entry(host.to_owned()).or_default() += 1;
            }
            "ERROR" => assert!(server["fault"]["message"].is_string(), "{server}"),
            other => panic!("a server stays in {other}: {server}"),
        }
    }
    eventually("each host counts the servers that it has", async || {
        let counts = |node: &ComputeNode| (node.host.clone(), node.running_vms);
        let counted: BTreeMap<_, _> = house.nodes().await.iter().map(counts).collect();
        (counted == on_host).then_some(())
    })
    .await;
    for (name, driver) in &hosts {
        assert_eq!(guests(driver).await.len() as i64, on_host[*name], "{name}");
    }
    assert!(on_host.values().sum::<i64>() > 50, "most of what fits is used: {on_host:?}");

    delete_all(&house.admin, &servers).await;
    house.until_used_as(&before).await;
    for (name, driver) in &hosts {
        assert!(guests(driver).await.is_empty(), "{name}");
    }
    house.stop().await;
}

async fn boot_all(client: &Client, count: usize) -> Vec<Value> {
    let wishes: Vec<Value> = (0..count).map(|number| tiny(&format!("vm-{number}"))).collect();
    let mut servers = Vec::new();
    for id in join_all(wishes.iter().map(|wish| client.boot(wish))).await {
        servers.push(client.settled(&id).await);
    }
    servers
}

async fn delete_all(client: &Client, servers: &[Value]) {
    let ids = || servers.iter().map(|server| server["id"].as_str().unwrap());
    let paths: Vec<String> = ids().map(|id| format!("/servers/{id}")).collect();
    for answer in join_all(paths.iter().map(|path| client.delete(path))).await {
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    for id in ids() {
        client.until_gone(id).await;
    }
}

/// Looks again and again, and never returns.
async fn no_host_ever_promises_too_much(house: &House) {
    loop {
        for node in house.nodes().await {
            let promised = node.memory_mb_used as f64;
            assert!(promised <= node.memory_mb as f64 * 1.5, "{}: {promised} MiB", node.host);
            assert!(node.local_gb_used <= node.local_gb, "{}", node.host);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_stop_a_server_at_once_exactly_one_does() {
    let slow = host("host-1", 65536).delaying("power_off", Duration::from_millis(100));
    let house = House::of(&[("host-1", Arc::new(slow))]).await;
    for server in boot_all(&house.admin, 10).await {
        let id = server["id"].as_str().unwrap();
        let stop = || house.admin.action(id, "os-stop");
        let (one, other) = tokio::join!(stop(), stop());
        let (_won, lost) = if one.status == 202 { (one, other) } else { (other, one) };
        let busy = format!("Cannot 'stop' instance {id} while it is in task_state powering-off");
        assert_eq!(lost.fault(), (409, "conflictingRequest".to_owned(), busy));
        assert_eq!(house.admin.settled(id).await["status"], "SHUTOFF");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn where_servers_were_taken_back_at_once_there_is_room_again() {
    let house = House::of(&[("host-1", Arc::new(host("host-1", 4096)))]).await;
    let there_and_back = |number: usize| {
        let admin = &house.admin;
        async move {
            let id = admin.boot(&tiny(&format!("burst-{number}"))).await;
            admin.delete(&format!("/servers/{id}")).await;
            admin.until_gone(&id).await;
        }
    };
    join_all((0..60).map(there_and_back)).await;
    eventually("the host takes a server again", async || {
        let id = house.admin.boot(&tiny("after")).await;
        (house.admin.settled(&id).await["status"] == "ACTIVE").then_some(())
    })
    .await;
    house.stop().await;
}
