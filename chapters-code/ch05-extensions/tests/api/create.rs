//! `POST /servers`.

use crate::house::{House, IMAGE, PROJECT, image, wish, wish_with};
use async_trait::async_trait;
use nova_extensions::{ComputeApiOptions, QuotaOptions};
use nova_objects::{
    Flavor, ImageApi, ImageMeta, NovaObject, RemoteError, RequestContext, SchedulerRpc, Selection,
    TaskState, VmState,
    sockets::{ImageQuery, PrepResize, RunInstance, SelectDestinations},
};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};

#[tokio::test]
async fn a_server_is_promised_written_down_and_handed_to_the_scheduler() {
    let house = House::new().await;
    let answer =
        house.post("alice", "/v2.1/servers", wish_with("metadata", json!({"a": "b"}))).await;
    assert_eq!(answer.status, 202);
    let server = answer.body["server"].as_object().unwrap();
    let keys: Vec<&String> = server.keys().collect();
    assert_eq!(keys, ["id", "links", "adminPass", "security_groups", "OS-DCF:diskConfig"]);
    assert_eq!(answer.location.as_deref(), server["links"][0]["href"].as_str());

    let [instance] = &house.instances().await[..] else { panic!() };
    assert_eq!(server["id"], instance.uuid.as_str());
    assert_eq!((&*instance.project_id, &*instance.user_id), (PROJECT, "alice"));
    let states = (instance.vm_state, instance.task_state);
    assert_eq!(states, (VmState::Building, Some(TaskState::Scheduling)));
    assert_eq!((&instance.host, instance.metadata["a"].as_str()), (&None, "b"));
    assert_eq!(house.actions().await, ["create"]);

    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!((&*sent.to, sent.method), ("scheduler", "run_instance"));
    let row = &sent.args["instances"][0];
    assert_eq!(row["nova_object.data"]["uuid"], instance.uuid.as_str());
    assert!(row.get("nova_object.changes").is_none(), "nothing is left to save");
    let spec = &sent.args["request_spec"];
    assert_eq!(spec["flavor"]["name"], "m1.tiny");
    assert_eq!((&spec["image"]["id"], &spec["num_instances"]), (&json!(IMAGE), &json!(1)));
    assert_eq!(sent.args["filter_properties"]["retry"], json!(null), "not ours to count");
}

#[tokio::test]
async fn what_the_image_says_is_noted_and_not_shown() {
    let properties = [
        ("os_shutdown_timeout", json!("300")),
        ("hw_qemu_guest_agent", json!(true)),
        ("description", json!("é".repeat(200))),
        ("img_mappings", json!("[]")),
        ("checksum", json!("f00")),
    ];
    let properties = properties.map(|(name, value)| (name.to_owned(), value)).into();
    let image =
        ImageMeta { min_ram: 64, disk_format: Some("raw".into()), properties, ..image(IMAGE) };
    let house = House::with(vec![image], |plugs| plugs).await;
    let answer = house.post("alice", "/v2.1/servers", wish()).await;
    let [instance] = &house.instances().await[..] else { panic!() };
    let notes: Vec<_> =
        instance.system_metadata.iter().map(|(name, value)| (&**name, &**value)).collect();
    let expected = [
        ("image_description", &*"é".repeat(127)),
        ("image_disk_format", "raw"),
        ("image_hw_qemu_guest_agent", "true"),
        ("image_min_disk", "1"),
        ("image_min_ram", "64"),
        ("image_os_shutdown_timeout", "300"),
    ];
    assert_eq!(notes, expected);
    let shown = house.ask("alice", &format!("GET /v2.1/servers/{}", instance.uuid), None).await;
    for answer in [answer, shown] {
        assert!(!answer.body.to_string().contains("os_shutdown_timeout"), "{}", answer.body);
    }
}

async fn assert_refused(house: &House, cases: impl IntoIterator<Item = (Value, String)>) {
    for (wish, message) in cases {
        let answer = house.post("alice", "/v2.1/servers", wish.clone()).await;
        assert_eq!(answer.fault(), (400, "badRequest", &*message), "{wish}");
    }
    assert!(house.instances().await.is_empty(), "nothing is written down");
    assert!(house.sockets.sent().is_empty(), "and nobody is told");
}

#[tokio::test]
async fn a_body_that_says_what_it_should_not_is_refused() {
    let input = |field: &str, value: &str, problem: &str| {
        format!("Invalid input for field/attribute {field}. Value: {value}. {problem}")
    };
    let too_few = |value: &str| input("min_count", value, "0 is less than the minimum of 1");
    let mut upside_down = wish_with("min_count", json!(3));
    upside_down["server"]["max_count"] = json!("2");
    let cases = [
        (json!({}), "'server' is a required property".to_owned()),
        (wish_with("flavorRef", json!(["1"])), {
            input("flavorRef", "['1']", "['1'] is not of type 'string', 'integer'")
        }),
        (wish_with("name", json!("")), input("name", "", "'' is too short")),
        (wish_with("name", json!(" web")), {
            "An invalid 'name' value was provided. The name must be: printable characters. \
             Can not start or end with whitespace."
                .into()
        }),
        (wish_with("min_count", json!(0)), too_few("0")),
        (wish_with("min_count", json!("0")), too_few("0")),
        (wish_with("max_count", json!("many")), {
            input("max_count", "many", "'many' does not match '^[0-9]+$'")
        }),
        (upside_down, "min_count must be <= max_count".into()),
        (wish_with("metadata", json!({ "a/b": "" })), {
            let regexes = "'^[a-zA-Z0-9-_:. ]{1,255}$'";
            let problem = format!("'a/b' does not match any of the regexes: {regexes}");
            input("metadata", "{'a/b': ''}", &problem)
        }),
        (wish_with("accessIPv4", json!("1.2.3")), {
            input("accessIPv4", "1.2.3", "'1.2.3' is not a 'ipv4'")
        }),
    ];
    assert_refused(&House::new().await, cases).await;
}

#[tokio::test]
async fn an_image_or_a_flavor_that_will_not_do_is_refused() {
    let id = |digit: &str| IMAGE.replace('1', digit);
    let unready = ImageMeta { status: "queued".into(), ..image(&id("2")) };
    let greedy = ImageMeta { min_ram: 1024, ..image(&id("3")) };
    let large = ImageMeta { min_disk: 2, ..image(&id("4")) };
    let house = House::with(vec![image(IMAGE), unready, greedy, large], |plugs| plugs).await;
    let cases = [
        ("imageRef", Value::Null, "Missing imageRef attribute"),
        ("imageRef", json!(""), "Missing imageRef attribute"),
        ("imageRef", json!("cirros"), "Invalid imageRef provided."),
        ("imageRef", json!(id("9")), "Can not find requested image"),
        ("imageRef", json!(id("2")), &format!("Image {} is not active.", id("2"))),
        ("imageRef", json!(id("3")), "Flavor's memory is too small for requested image."),
        ("imageRef", json!(id("4")), {
            "Flavor's disk is too small for requested image. \
             Flavor disk is 1073741824 bytes, minimum size is 2147483648 bytes."
        }),
        ("flavorRef", json!("9"), "Invalid flavorRef provided."),
    ];
    let cases = cases.map(|(field, value, text)| (wish_with(field, value), text.to_owned()));
    assert_refused(&house, cases).await;
}

#[tokio::test]
async fn references_may_be_urls_and_the_flavor_a_number() {
    let house = House::new().await;
    for (field, value) in [
        ("imageRef", json!(format!("http://glance/v2/images/{IMAGE}"))),
        ("flavorRef", json!("http://nova/v2.1/flavors/1")),
        ("flavorRef", json!(1)),
    ] {
        let answer = house.post("alice", "/v2.1/servers", wish_with(field, value)).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
    }
    let instances = house.instances().await;
    assert!(instances.iter().all(|i| i.image_ref == IMAGE && i.flavor.flavorid == "1"));
}

#[tokio::test]
async fn many_servers_are_numbered_and_are_one_message() {
    let house = House::new().await;
    house.post("alice", "/v2.1/servers", wish_with("min_count", json!("3"))).await;
    let instances = house.instances().await;
    let names: Vec<&str> = instances.iter().map(|i| &*i.display_name).collect();
    assert_eq!(names, ["web-1", "web-2", "web-3"]);
    assert!(instances.iter().all(|i| i.reservation_id == instances[0].reservation_id));
    assert_eq!(instances.iter().map(|i| i.launch_index).collect::<Vec<_>>(), [0, 1, 2]);
    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!(sent.args["request_spec"]["num_instances"], 3);

    let multi_instance_display_name_template = "%(count)d of %(name)s".to_owned();
    let options = ComputeApiOptions { multi_instance_display_name_template, ..Default::default() };
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(options.clone())).await;
    house.post("alice", "/v2.1/servers", wish_with("max_count", json!(2))).await;
    let names = house.instances().await;
    assert_eq!(
        names.iter().map(|i| &*i.display_name).collect::<Vec<_>>(),
        ["1 of web", "2 of web"]
    );
}

#[tokio::test]
async fn a_project_gets_what_its_quota_allows_and_no_more() {
    let quota = QuotaOptions {
        quota_instances: 3,
        quota_cores: -1,
        quota_ram: -1,
        ..QuotaOptions::default()
    };
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await;
    house.server("there", |_| ()).await;
    house.server("other", |instance| instance.project_id = "bad".into()).await;
    for (count, code, name, text) in [
        (
            json!(3),
            403,
            "forbidden",
            "Quota exceeded for instances: Requested 3, but already used 1 of 3 instances",
        ),
        (json!("1001"), 400, "badRequest", "min_count must be <= 1000"),
    ] {
        let answer = house.post("alice", "/v2.1/servers", wish_with("min_count", count)).await;
        assert_eq!(answer.fault(), (code, name, text));
    }
    let mut as_many = wish_with("max_count", json!(1_000_000_000));
    as_many["server"]["min_count"] = json!(1);
    assert_eq!(house.post("alice", "/v2.1/servers", as_many).await.status, 202);
    assert_eq!(house.get("alice", "/v2.1/servers").await.names().len(), 3);
    let full = house.post("alice", "/v2.1/servers", wish()).await;
    assert_eq!(full.fault().0, 403);
}

#[tokio::test]
async fn hints_reach_the_scheduler_as_lists() {
    let house = House::new().await;
    for name in ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"] {
        let mut wish = wish();
        wish[name] = json!({ "same_host": [IMAGE], "query": "x" });
        assert_eq!(house.post("alice", "/v2.1/servers", wish).await.status, 202);
        let hints = house.sockets.sent()[0].args["filter_properties"]["scheduler_hints"].clone();
        assert_eq!(hints, json!({ "same_host": [IMAGE], "query": ["x"] }), "{name}");
    }
}

#[tokio::test]
async fn a_client_of_v2_may_say_what_nobody_understands() {
    let house = House::new().await;
    let mut wish = wish_with("name", json!("  web "));
    wish["server"]["colour"] = json!("red");
    assert_eq!(house.post("alice", "/v2.1/servers", wish.clone()).await.status, 400);
    assert_eq!(house.post("alice", "/v2/servers", wish).await.status, 202);
    assert_eq!(house.instances().await[0].display_name, "web");
    let blank = house.post("alice", "/v2/servers", wish_with("name", json!(" "))).await;
    let message = "An invalid 'name' value was provided. The name must be: \
                   printable characters with at least one non space character.";
    assert_eq!(blank.fault(), (400, "badRequest", message));
}

/// An image service that cannot be reached.
struct Gone;

impl Gone {
    fn refuse<T>() -> Result<T, RemoteError> {
        let mut error = RemoteError::messaging("ConnectFailure", "nobody answers");
        error.module = "keystoneauth1.exceptions".into();
        Err(error)
    }
}

type Found<T> = Result<T, RemoteError>;

#[async_trait]
impl ImageApi for Gone {
    async fn get(&self, _: &RequestContext, _: &str) -> Found<Option<ImageMeta>> {
        Self::refuse()
    }

    async fn get_all(&self, _: &RequestContext, _: &ImageQuery) -> Found<Vec<ImageMeta>> {
        Self::refuse()
    }

    async fn create(&self, _: &RequestContext, _: ImageMeta) -> Found<ImageMeta> {
        Self::refuse()
    }

    async fn update(&self, _: &RequestContext, _: ImageMeta) -> Found<Option<ImageMeta>> {
        Self::refuse()
    }

    async fn upload(&self, _: &RequestContext, _: &str, _: &Path) -> Found<bool> {
        Self::refuse()
    }

    async fn download(&self, _: &RequestContext, _: &str, _: &Path) -> Found<bool> {
        Self::refuse()
    }

    async fn delete(&self, _: &RequestContext, _: &str) -> Found<bool> {
        Self::refuse()
    }
}

#[tokio::test]
async fn without_an_image_service_nothing_is_written_down() {
    let gone = |plugs: nova_objects::Plugs| plugs.plug::<Arc<dyn ImageApi>>(Arc::new(Gone));
    let house = House::with(Vec::new(), gone).await;
    let answer = house.post("alice", "/v2.1/servers", wish()).await;
    let (code, name, message) = answer.fault();
    assert_eq!((code, name), (500, "computeFault"));
    assert!(message.ends_with("<class 'keystoneauth1.exceptions.ConnectFailure'>"), "{message}");
    assert!(house.instances().await.is_empty());
}

#[tokio::test]
async fn a_disk_of_nothing_is_as_large_as_any_image() {
    let large = ImageMeta { min_disk: 99, ..image(IMAGE) };
    let house = House::with(vec![large], |plugs| plugs).await;
    let flavor = Flavor::new("0", "m1.diskless", 64, 1, 0);
    flavor.create(&*house.store, &RequestContext::admin()).await.unwrap();
    let answer = house.post("alice", "/v2.1/servers", wish_with("flavorRef", json!("0"))).await;
    assert_eq!(answer.status, 202);
}

#[tokio::test]
async fn a_zone_that_is_not_there_is_refused() {
    let house = House::new().await;
    let zone = |zone: &str| wish_with("availability_zone", json!(zone));
    let refused = house.post("alice", "/v2.1/servers", zone("moon")).await;
    let text = "The requested availability zone is not available";
    assert_eq!(refused.fault(), (400, "badRequest", text));
    assert_eq!(house.post("alice", "/v2.1/servers", zone("nova")).await.status, 202);
}

#[tokio::test]
async fn the_password_is_the_one_asked_for_or_one_made_up() {
    let house = House::new().await;
    let asked = wish_with("adminPass", json!("secret99"));
    let answer = house.post("alice", "/v2.1/servers", asked).await;
    assert_eq!(answer.body["server"]["adminPass"], "secret99");
    let answer = house.post("alice", "/v2.1/servers", wish()).await;
    assert_eq!(answer.body["server"]["adminPass"].as_str().unwrap().len(), 12);
}

/// A scheduler that cannot be reached.
struct OutOfReach;

#[async_trait]
impl SchedulerRpc for OutOfReach {
    async fn run_instance(&self, _: &RequestContext, _: RunInstance) -> Result<(), RemoteError> {
        Err(no_broker())
    }

    async fn prep_resize(&self, _: &RequestContext, _: PrepResize) -> Result<(), RemoteError> {
        Err(no_broker())
    }

    async fn select_destinations(
        &self,
        _: &RequestContext,
        _: SelectDestinations,
    ) -> Result<Vec<Selection>, RemoteError> {
        Err(no_broker())
    }
}

fn no_broker() -> RemoteError {
    RemoteError::messaging("MessageDeliveryFailure", "no broker")
}

#[tokio::test]
async fn what_cannot_be_handed_on_is_taken_back() {
    let scheduler: Arc<dyn SchedulerRpc> = Arc::new(OutOfReach);
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(scheduler.clone())).await;
    let answer = house.post("alice", "/v2.1/servers", wish_with("min_count", json!(3))).await;
    assert_eq!(answer.status, 500);
    assert!(house.instances().await.iter().all(|i| i.deleted), "no row is left in BUILD");
}
