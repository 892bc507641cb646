//! A boot over five processes is one trace at a collector that each of them tells what it saw.

use crate::{
    cloud::{Cloud, User, broker},
    receiver::Receiver,
    trace::{SERVICES, boot, services},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_five_processes_saw_of_a_boot_is_one_trace() {
    let Some(mut cloud) = Cloud::new() else { return };
    let Some(receiver) = Receiver::start() else { return };
    let tell = format!("otlp_endpoint = {}\n", receiver.endpoint);
    let mut running = Vec::new();
    for (role, host) in [
        ("conductor", "c"),
        ("scheduler", "s"),
        ("compute", "host-1"),
        ("compute", "host-2"),
        ("api", "a"),
    ] {
        running.push(cloud.start_with(role, host, &broker(), &tell).await);
    }
    let user = User::of(&running[4]);
    let id = user.boot("vm").await;
    let server = user.settled(&id).await;
    assert_eq!(server["status"], "ACTIVE", "{server}");
    for service in running.into_iter().rev() {
        service.stop().await;
    }
    cloud.tidy().await;
    let spans = receiver.spans();
    let trace = boot(&spans, None);
    // Who asked is no service, and tells nobody.
    let nova: Vec<&str> = SERVICES.into_iter().filter(|name| *name != "mini-nova").collect();
    assert_eq!(services(&trace).into_iter().collect::<Vec<_>>(), nova);
    let host = server["OS-EXT-SRV-ATTR:host"].as_str().unwrap();
    let on_host = |name: &str| {
        let of = |span: &&&serde_json::Value| span["resource"]["service.name"] == name;
        trace.iter().filter(of).all(|span| span["resource"]["host.name"] == host)
    };
    assert!(on_host("nova-compute"), "{host}");
}
