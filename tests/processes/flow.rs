//! A boot over five processes is one story.

use crate::cloud::{Cloud, broker};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn the_flow_of_a_boot_over_five_processes_is_one_tree() {
    let Some(mut cloud) = Cloud::new() else { return };
    let mut services = Vec::new();
    for (role, host) in
        [("conductor", "c"), ("scheduler", "s"), ("compute", "host-1"), ("compute", "host-2")]
    {
        services.push(cloud.start(role, host, &broker()).await);
    }
    let api = cloud.start("api", "a", &broker()).await;
    let more = format!("[flow]\nenabled = true\nport = {}\n", api.port("flows"));
    let compute = api.port("compute");
    let conf = cloud.conf("demo", &broker(), &more);
    let text = std::fs::read_to_string(&conf).unwrap();
    let port = format!("osapi_compute_listen_port = {compute}");
    std::fs::write(&conf, text.replace("osapi_compute_listen_port = 0", &port)).unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_mini-nova"));
    let demo = demo.args(["demo", "--stable", "--config-file"]).arg(conf).output().await.unwrap();
    let drawn = String::from_utf8(demo.stdout).unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let mut lanes = ["api ", "glance ", "scheduler ", "compute.host-", "conductor "].into_iter();
    let mut wanted = lanes.next();
    for line in drawn.lines() {
        if wanted.is_some_and(|lane| line.trim_start().starts_with(lane)) {
            wanted = lanes.next();
        }
    }
    assert_eq!(wanted, None, "{drawn}");
    assert!(drawn.contains("vm: active") && drawn.contains("is ACTIVE on host-"), "{drawn}");
    services.push(api);
    for service in services.into_iter().rev() {
        service.stop().await;
    }
    cloud.tidy().await;
}
