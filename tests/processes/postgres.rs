//! Five processes share one PostgreSQL.

use crate::{
    cloud::{Cloud, Service, User, broker},
    scratch::Scratch,
};

/// Who has a database, who has none, and who answers.
const SERVICES: [(&str, &str); 5] = [
    ("conductor", "c"),
    ("scheduler", "s"),
    ("compute", "host-1"),
    ("compute", "host-2"),
    ("api", "a"),
];

async fn start(cloud: &mut Cloud) -> (Vec<Service>, User) {
    let mut services = Vec::new();
    for (role, host) in SERVICES {
        services.push(cloud.start(role, host, &broker()).await);
    }
    let user = User::of(&services[4]);
    (services, user)
}

async fn stop(services: Vec<Service>) {
    for service in services.into_iter().rev() {
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_of_processes_finds_its_servers_again() {
    let Some(scratch) = Scratch::new().await else { return };
    let Some(mut cloud) = Cloud::new() else { return };
    cloud.keep_rows_in(&scratch.url);
    let (services, user) = start(&mut cloud).await;
    let server = user.boot("kept").await;
    let before = user.settled(&server).await;
    assert_eq!(before["status"], "ACTIVE", "{before}");
    stop(services).await;

    let (services, user) = start(&mut cloud).await;
    let after = user.settled(&server).await;
    for key in ["id", "name", "status", "created", "hostId", "OS-EXT-SRV-ATTR:host"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    // The database server stops under the cloud, and starts again.
    scratch.cut().await;
    let another = user.boot("after").await;
    let another = user.settled(&another).await;
    assert_eq!(another["status"], "ACTIVE", "{another}");
    stop(services).await;
    cloud.tidy().await;
}
