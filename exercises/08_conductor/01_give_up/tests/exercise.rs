//! The rules of this exercise.

use async_trait::async_trait;
use give_up::{GiveUp, GiveUpArgs, NAMESPACE, offer};
use kit::{DriverOver, House, Meanwhile, Over, fake_driver, rule, rule_that};
use mini_nova::Conf;
use nova_compute::{ComputeDriver, ComputeError, DriverConstructor, FakeDriver};
use nova_conductor::Db;
use nova_objects::{
    Fields, Flavor, ImageMeta, Instance, NovaObject, RemoteError, RequestContext, Store,
    TaskState::{self, *},
    Tracked,
    VmState::{self, *},
};
use nova_paste::EntryPoint;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A database with one server in it, which is in this state.
async fn server(
    vm_state: VmState,
    task_state: Option<TaskState>,
) -> (Arc<dyn Store>, Tracked<Instance>) {
    let store: Arc<dyn Store> = Arc::new(Db::memory().await.unwrap());
    let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
    let instance = Instance::building("p1", "ann", "web", flavor);
    let instance = Instance { vm_state, task_state, ..instance };
    let row = instance.create(&*store, &RequestContext::admin()).await.unwrap();
    (store, row)
}

/// What the caller hears, and how the server is then.
async fn given_up(store: Arc<dyn Store>, server: &Instance) -> (bool, VmState, Option<TaskState>) {
    let (admin, instance_uuid) = (RequestContext::admin(), server.uuid.clone());
    let manager = Arc::new(GiveUp::new(Arc::clone(&store)));
    let said = manager.give_up(admin.clone(), GiveUpArgs { instance_uuid }).await;
    let row = Instance::get(&*store, &admin, &server.uuid).await.unwrap();
    (said.is_ok(), row.vm_state, row.task_state)
}

/// The same, where somebody else writes these fields between a read and a write.
async fn meanwhile(changes: Value) -> (bool, VmState, Option<TaskState>) {
    let (store, server) = server(Building, Some(BlockDeviceMapping)).await;
    let changes: Fields = serde_json::from_value(changes).unwrap();
    given_up(Arc::new(Meanwhile::new(store, "Instance", &server.uuid, changes)), &server).await
}

#[tokio::test]
async fn a_building_server_is_in_error_and_has_no_task() {
    for task in [Some(Scheduling), None, Some(Networking), Some(Spawning)] {
        let (store, server) = server(Building, task).await;
        let got = given_up(store, &server).await;
        rule(&format!("building, {task:?} is given up"), (true, Error, None), got);
    }
}

#[tokio::test]
async fn an_active_server_stays_active_and_the_caller_is_told() {
    for (state, task) in [(Active, None), (Active, Some(PoweringOff)), (Stopped, None)] {
        let (store, server) = server(state, task).await;
        let got = given_up(store, &server).await;
        rule(&format!("{state}, {task:?} stays, and is no success"), (false, state, task), got);
    }
}

#[tokio::test]
async fn a_server_that_becomes_active_meanwhile_stays_active() {
    let got = meanwhile(json!({ "vm_state": "active", "task_state": null })).await;
    rule("the build came first, so the server is ACTIVE", (false, Active, None), got);
}

#[tokio::test]
async fn a_build_that_takes_a_step_meanwhile_is_given_up() {
    let got = meanwhile(json!({ "task_state": "spawning" })).await;
    rule("it still is building, so you came first", (true, Error, None), got);
}

/// A fake hypervisor whose guests come when the gate opens.
struct Waiting(FakeDriver);

static GATE: Semaphore = Semaphore::const_new(0);

#[async_trait]
impl DriverOver for Waiting {
    fn inner(&self) -> &dyn ComputeDriver {
        &self.0
    }

    async fn spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        let _open = GATE.acquire().await.unwrap();
        self.0.spawn(context, instance, image).await
    }
}

/// Its name begins with `fake`: of any other driver there is one host.
const WAITING: EntryPoint<DriverConstructor> = EntryPoint::new(
    "nova.virt.driver",
    "fake.WaitingDriver",
    "workshop.waiting:WaitingDriver",
    |options, _image_api| Ok(Arc::new(Over(Waiting(fake_driver(options))))),
);

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_the_build_removes_its_guest_again() {
    let mut conf = Conf::default();
    conf.installed.conductor_endpoints.push(offer);
    conf.installed.drivers.push(WAITING);
    conf.compute.compute_driver = WAITING.name.into();
    let house = House::start(conf).await;
    let give_up = async |request_id: &str, uuid: &Value| -> Result<(), RemoteError> {
        let context = RequestContext::of_request(request_id.into()).elevated();
        let client = house.rpc("conductor").namespace(NAMESPACE);
        client.call(&context, "give_up", &json!({ "instance_uuid": uuid })).await
    };

    let image = house.get("/images").await.json()["images"][0]["id"].clone();
    let wish = json!({ "server": { "name": "slow", "flavorRef": "1", "imageRef": image } });
    let made = house.post("/servers", &wish).await;
    let (request_id, uuid) = (made.request_id(), made.json()["server"]["id"].clone());
    let path = format!("/servers/{}", uuid.as_str().unwrap());
    house
        .until("the server is spawning", async || {
            let server = house.get(&path).await.json()["server"].clone();
            (server["OS-EXT-STS:task_state"] == "spawning").then_some(())
        })
        .await;
    let slow = give_up(request_id, &uuid).await;
    GATE.add_permits(1);
    let flow = house.flow(request_id).await;
    let server = house.get(&path).await.json()["server"].clone();

    let quick = house.boot("quick").await;
    let late = give_up(&quick.request_id, &quick.server["id"]).await;
    let path = format!("/servers/{}", quick.server["id"].as_str().unwrap());
    let quick = house.get(&path).await.json()["server"].clone();
    house.stop().await;

    rule("who gives up a build is told that it worked", Ok(()), slow);
    rule("the server is in ERROR, though its guest was made", "ERROR", server["status"].clone());
    rule_that("the flow has the guest removed", flow.contains("WaitingDriver.destroy"), &flow);
    rule_that("the flow has your method", flow.contains("give_up"), &flow);
    rule("who comes too late is told so", true, late.is_err());
    rule("and the server is ACTIVE", "ACTIVE", quick["status"].clone());
}
