//! Services die between any two steps of a boot, and no server stays in BUILD.

use crate::{
    cloud::{Cloud, Service, User, broker},
    tripwire::Tripwire,
};
use futures_util::future::join_all;
use nova_conductor::Db;
use nova_objects::{
    Instance, InstanceActionEvent, InstanceFault, NovaObject, Query, RequestContext,
    Service as ServiceRow, TaskState, VmState,
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// How long a server may take until its fate is known.
const FATE: Duration = Duration::from_secs(30);

/// How many messages a compute service sends for one boot: it dies before each of them, and
/// after the last.
const STEPS: i64 = 9;

/// Waits for all of `servers`: each is ACTIVE, or in ERROR and says why. Gives the number of the
/// ACTIVE ones.
pub(crate) async fn fates(user: &User, servers: &[String]) -> usize {
    let mut active = 0;
    for settled in join_all(servers.iter().map(|id| timeout(FATE, user.settled(id)))).await {
        let server = settled.expect("no server stays in BUILD");
        match server["status"].as_str() {
            Some("ACTIVE") => active += 1,
            Some("ERROR") => assert!(server["fault"]["message"].is_string(), "{server}"),
            _ => panic!("{server}"),
        }
    }
    active
}

/// No server was begun with twice.
async fn none_was_built_twice(cloud: &Cloud, servers: usize) {
    let (db, context) = (Db::open(cloud.database()).await.unwrap(), RequestContext::admin());
    let builds = Query::all().with("event", Value::from("compute__do_build_and_run_instance"));
    let builds = InstanceActionEvent::list(&db, &context, builds).await.unwrap();
    let mut built: Vec<&str> = builds.iter().map(|event| event.instance_uuid.as_str()).collect();
    let begun = built.len();
    built.sort_unstable();
    built.dedup();
    assert_eq!(built.len(), begun);
    assert!(begun <= servers);
    db.close().await;
}

pub(crate) async fn rest_of(cloud: &mut Cloud, roles: &[(&str, &str)]) -> (Vec<Service>, User) {
    let mut services = Vec::new();
    for (role, host) in roles {
        services.push(cloud.start(role, host, &broker()).await);
    }
    let api = cloud.start("api", "a", &broker()).await;
    let user = User::of(&api);
    services.push(api);
    (services, user)
}

/// Ten hosts, of which each dies one step later than the one before. Where the service is
/// started again, it finds what it left; where it is not, the conductor's clock does.
async fn computes_die(restart: bool) {
    let Some(mut cloud) = Cloud::new() else { return };
    let (services, user) = rest_of(&mut cloud, &[("conductor", "c"), ("scheduler", "s")]).await;
    let mut hosts = Vec::new();
    for step in 0..=STEPS {
        let tripwire = Tripwire::new().await;
        let host = format!("host-{step}");
        let service = cloud.start("compute", &host, &tripwire.address()).await;
        tripwire.arm(service.process.id().unwrap(), step);
        hosts.push((host, tripwire, service));
    }
    let boots = (0..=STEPS).map(async |n| user.boot(&format!("vm-{n}")).await);
    let mut servers = Vec::new();
    for boot in boots {
        servers.push(boot.await);
    }
    let mut again = Vec::new();
    if restart {
        for (host, _, service) in hosts.drain(..) {
            service.kill().await;
            again.push(cloud.start("compute", &host, &broker()).await);
        }
    }
    let active = fates(&user, &servers).await;
    println!("computes killed, restart {restart}: {active} of {} ACTIVE", servers.len());
    for (host, tripwire, _) in hosts.iter().take(STEPS as usize) {
        assert!(tripwire.has_killed(), "{host} was never asked for so much");
    }
    none_was_built_twice(&cloud, servers.len()).await;
    for (_, _, service) in hosts {
        service.kill().await;
    }
    for service in services.into_iter().chain(again).rev() {
        service.stop().await;
    }
    cloud.tidy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compute_that_dies_takes_no_server_with_it_into_limbo() {
    computes_die(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compute_that_dies_and_comes_back_clears_up() {
    computes_die(true).await;
}

/// Says, as an operator does, that the host of a service is dead; silence says it only later.
async fn force_down(db: &Db, host: &str) {
    let context = RequestContext::admin();
    let of_host = Query::all().with("host", host).with("binary", "nova-compute");
    let mut service = ServiceRow::find(db, &context, of_host).await.unwrap().unwrap();
    service.forced_down = true;
    service.save(db, &context).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_compute_was_asked_for_is_given_up_by_one_of_two_conductors() {
    let Some(mut cloud) = Cloud::new() else { return };
    let roles = [("conductor", "c1"), ("conductor", "c2"), ("scheduler", "s")];
    let (services, user) = rest_of(&mut cloud, &roles).await;
    let victim = cloud.start("compute", "host-1", &broker()).await;
    let (stopped, deleted) = (user.boot("stopped").await, user.boot("deleted").await);
    for id in [&stopped, &deleted] {
        assert_eq!(user.settled(id).await["status"], "ACTIVE");
    }
    victim.kill().await;
    user.act(&stopped, &json!({ "os-stop": null })).await;
    user.act(&deleted, &json!({ "forceDelete": null })).await;
    let (db, context) = (Db::open(cloud.database()).await.unwrap(), RequestContext::admin());
    let row = async |id: &str| Instance::get(&db, &context.reading_deleted(), id).await.unwrap();
    assert_eq!(row(&stopped).await.task_state, Some(TaskState::PoweringOff));
    force_down(&db, "host-1").await;
    let ended = async {
        while row(&stopped).await.task_state.is_some() || !row(&deleted).await.deleted {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(FATE, ended).await.expect("the conductors look every ten seconds");
    assert_eq!(row(&stopped).await.vm_state, VmState::Active);
    let faults = InstanceFault::list(&db, &context, Query::all()).await.unwrap();
    let faults: Vec<_> = faults.iter().map(|f| (&*f.instance_uuid, &*f.message)).collect();
    let unavailable = "Compute service of host-1 is unavailable at this time.";
    assert_eq!(faults, [(&*stopped, unavailable)]);
    db.close().await;
    for service in services.into_iter().rev() {
        service.stop().await;
    }
    cloud.tidy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduler_that_dies_takes_no_server_with_it_into_limbo() {
    let Some(mut cloud) = Cloud::new() else { return };
    let roles = [("conductor", "c"), ("compute", "host-1"), ("compute", "host-2")];
    let (mut services, user) = rest_of(&mut cloud, &roles).await;
    let mut servers = Vec::new();
    for step in 0..3 {
        let tripwire = Tripwire::new().await;
        let victim = cloud.start("scheduler", "s", &tripwire.address()).await;
        tripwire.arm(victim.process.id().unwrap(), step);
        for n in 0..4 {
            servers.push(user.boot(&format!("vm-{step}-{n}")).await);
        }
        let killed = async {
            while !tripwire.has_killed() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(FATE, killed).await.expect("the scheduler sends so much");
        victim.kill().await;
    }
    services.push(cloud.start("scheduler", "s", &broker()).await);
    let active = fates(&user, &servers).await;
    println!("schedulers killed: {active} of {} ACTIVE", servers.len());
    assert!(active >= 3, "who was sent on before lives");
    none_was_built_twice(&cloud, servers.len()).await;
    for service in services.into_iter().rev() {
        service.stop().await;
    }
    cloud.tidy().await;
}
