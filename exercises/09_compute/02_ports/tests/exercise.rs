//! The rules of this exercise.

use async_trait::async_trait;
use http::Method;
use kit::{DriverOver, House, Over, fake_driver, rule, rule_that};
use mini_nova::Conf;
use nova_compute::{ComputeDriver, ComputeError, FakeDriver, Options};
use nova_objects::{Flavor, ImageMeta, Instance, RequestContext};
use ports::{ENTRY_POINT, PortsDriver};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

/// A hypervisor that takes a second for each guest. It cannot make one that is called `broken`,
/// and cannot remove one that is called `stuck`.
struct Rough(FakeDriver);

#[async_trait]
impl DriverOver for Rough {
    fn inner(&self) -> &dyn ComputeDriver {
        &self.0
    }

    async fn spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if instance.display_name == "broken" {
            return Err("no power".into());
        }
        self.0.spawn(context, instance, image).await
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        instance: &Instance,
        destroy_disks: bool,
    ) -> Result<(), ComputeError> {
        if instance.display_name == "stuck" {
            return Err("the guest does not answer".into());
        }
        self.0.destroy(context, instance, destroy_disks).await
    }
}

/// The driver on a host with so many ports, from 5900 on, and somebody who uses it.
struct Host(Over<PortsDriver>);

impl Host {
    fn with(ports: u16) -> Self {
        let inner = Over(Rough(fake_driver(&Options::default())));
        Self(Over(PortsDriver::new(Box::new(inner), 5900..=5899 + ports)))
    }

    async fn spawn(&self, guest: &Instance) -> Result<(), ComputeError> {
        self.0.spawn(&RequestContext::admin(), guest, &ImageMeta::default()).await
    }

    async fn destroy(&self, guest: &Instance) -> Result<(), ComputeError> {
        self.0.destroy(&RequestContext::admin(), guest, true).await
    }

    async fn port(&self, guest: &Instance) -> Result<u16, ComputeError> {
        let console = self.0.get_vnc_console(&RequestContext::admin(), guest).await;
        console.map(|console| console.port)
    }

    async fn guests(&self) -> usize {
        self.0.list_instances().await.unwrap().len()
    }
}

fn guest(id: i64, name: &str) -> Instance {
    let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
    Instance { id, ..Instance::building("p1", "ann", name, flavor) }
}

#[tokio::test(start_paused = true)]
async fn each_guest_has_a_port_of_its_own() {
    let (host, web, db) = (Host::with(2), guest(1, "web"), guest(2, "db"));
    for guest in [&web, &db] {
        rule(
            &format!("there is a port for {}", guest.display_name),
            Ok(()),
            host.spawn(guest).await,
        );
    }
    let ports = BTreeSet::from([host.port(&web).await.ok(), host.port(&db).await.ok()]);
    rule("each has its own", BTreeSet::from([Some(5900), Some(5901)]), ports);
    let nobody = guest(3, "nobody");
    let not_found = ComputeError::InstanceNotFound { instance_id: nobody.uuid.clone() };
    rule("a guest that is not there has none", Err(not_found), host.port(&nobody).await);
}

#[tokio::test(start_paused = true)]
async fn a_host_without_a_free_port_makes_no_guest() {
    let host = Host::with(1);
    rule("the first guest gets the port", Ok(()), host.spawn(&guest(1, "web")).await);
    let said = host.spawn(&guest(2, "db")).await;
    let own_words = matches!(said, Err(ComputeError::Hypervisor(_)));
    rule_that("the second is refused with `ComputeError::Hypervisor`", own_words, said);
    rule("nobody has tried to make it", 1, host.guests().await);
}

#[tokio::test(start_paused = true)]
async fn of_three_at_once_on_two_ports_two_are_made() {
    let (host, guests) = (Host::with(2), [guest(1, "a"), guest(2, "b"), guest(3, "c")]);
    let [a, b, c] = &guests;
    let (a, b, c) = tokio::join!(host.spawn(a), host.spawn(b), host.spawn(c));
    let made: Vec<_> = [a, b, c].iter().map(Result::is_ok).collect();
    rule("the third is refused", vec![true, true, false], made);
    rule("there are as many guests as ports", 2, host.guests().await);
    let ports =
        BTreeSet::from([host.port(&guests[0]).await.ok(), host.port(&guests[1]).await.ok()]);
    rule("and no port has two", BTreeSet::from([Some(5900), Some(5901)]), ports);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_is_gone_or_never_came_gives_its_port_back() {
    let host = Host::with(2);
    let (web, db, next) = (guest(1, "web"), guest(2, "db"), guest(3, "next"));
    let said = host.spawn(&guest(4, "broken")).await;
    rule_that("a broken guest is not made", said.is_err(), said);
    for guest in [&web, &db] {
        let rule_text = format!("its port is free again, so {} gets one", guest.display_name);
        rule(&rule_text, Ok(()), host.spawn(guest).await);
    }
    let before = host.port(&web).await;
    rule("web is removed", Ok(()), host.destroy(&web).await);
    rule("next gets a port", Ok(()), host.spawn(&next).await);
    rule("it is the one that web had", before, host.port(&next).await);

    // As the manager does it after a spawn that failed, or when a message comes twice.
    rule("web is removed once more", Ok(()), host.destroy(&web).await);
    let said = host.spawn(&guest(5, "late")).await;
    rule_that("that makes no port free", said.is_err(), said);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_could_not_be_destroyed_keeps_its_port() {
    let (host, stuck) = (Host::with(1), guest(1, "stuck"));
    rule("the guest is made", Ok(()), host.spawn(&stuck).await);
    let said = host.destroy(&stuck).await;
    rule_that("it cannot be removed", said.is_err(), said);
    let said = host.spawn(&guest(2, "next")).await;
    rule_that(
        "it may still show its screen there, so nobody else gets the port",
        said.is_err(),
        said,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_the_second_server_goes_elsewhere() {
    let mut conf = Conf::default();
    conf.installed.drivers.push(ENTRY_POINT);
    conf.compute.compute_driver = ENTRY_POINT.name.into();
    // A host that has built a guest counts as busy until it counts anew; here that is not to matter.
    conf.scheduler.io_ops_weight_multiplier = 0.0;
    let house = House::start(conf).await;
    let first = house.boot("first").await;
    let second = house.boot("second").await;
    let flow = house.flow(&second.request_id).await;

    let path = format!("/servers/{}", first.server["id"].as_str().unwrap());
    let screen = json!({ "os-getVNCConsole": { "type": "novnc" } });
    let shown = house.post(&format!("{path}/action"), &screen).await;
    house.ask(Method::DELETE, &path, &[], None).await;
    let gone = async || (house.get(&path).await.status == 404).then_some(());
    house.until("the first server is gone", gone).await;
    let third = house.boot("third").await;
    house.stop().await;

    rule("the first server is on the largest host", "host-2", first.host());
    rule("its screen can be seen", 200, shown.status);
    rule("the second is ACTIVE, and elsewhere", "host-3", second.host());
    rule_that(
        "the flow has both attempts",
        flow.matches("PortsDriver.spawn").count() == 2 && flow.contains("RetryFilter fails 1"),
        &flow,
    );
    rule("when the first is gone, its port is for the third", "host-2", third.host());
}
