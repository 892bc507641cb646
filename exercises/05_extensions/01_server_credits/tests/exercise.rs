//! The rules of this exercise.

use http::Method;
use kit::{Answer, House, rule, rule_that, ruled};
use mini_nova::Conf;
use nova_extensions::Policy;
use nova_objects::Plugs;
use serde_json::{Value, json};
use server_credits::{EXTENSIONS, RULE};

const KEY: &str = "mini:credits";

const VERSION: &str = "X-OpenStack-Nova-API-Version";

/// In the administrator's project, and no administrator.
const ALICE: &str = "alice:00000000000000000000000000000001";

fn conf() -> Conf {
    let mut conf = Conf::default();
    conf.installed.extensions.extend_from_slice(EXTENSIONS);
    conf
}

async fn at(house: &House, version: &str, path: &str) -> Answer {
    house.ask(Method::GET, path, &[(VERSION, version)], None).await
}

/// Boots a server of that flavor; where it is shown.
async fn boot(house: &House, name: &str, flavor: &str) -> String {
    let booted = house.boot_with(json!({ "name": name, "flavorRef": flavor }), &json!({})).await;
    format!("/servers/{}", booted.server["id"].as_str().unwrap())
}

#[test]
fn it_extends_what_is_shown_of_servers_and_nothing_else() {
    let plugs = Plugs::default().plug(Policy::default());
    let extension = (EXTENSIONS[0].load)(&plugs).unwrap();
    rule("it is known as", "os-server-credits", extension.alias);
    let extended = extension.controller_extensions.iter().flat_map(|added| {
        added.controller.extended_actions().map(|action| format!("{}: {action}", added.collection))
    });
    let mut extended: Vec<String> = extended.collect();
    extended.sort();
    rule("it extends", ["servers: detail", "servers: show"].map(String::from).to_vec(), extended);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_server_has_a_price_of_its_own() {
    let house = House::start(conf()).await;
    let (tiny, small) = (boot(&house, "tiny", "1").await, boot(&house, "small", "2").await);
    for (server, credits) in [(&tiny, 5), (&small, 8)] {
        let shown = at(&house, "2.19", server).await.json();
        let got = &shown["server"][KEY];
        rule(&format!("{} costs", shown["server"]["name"]), json!(credits), got.clone());
    }
    let listed = at(&house, "latest", "/servers/detail?sort_key=memory_mb&sort_dir=asc").await;
    let listed = listed.json()["servers"].clone();
    let priced: Vec<Value> =
        listed.as_array().unwrap().iter().map(|one| one[KEY].clone()).collect();
    house.stop().await;
    rule("in a list, each has its own", vec![json!(5), json!(8)], priced);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_rule_does_not_allow_sees_less_and_is_not_refused() {
    let mut conf = conf();
    let _file = ruled(&mut conf, &[(RULE, "rule:admin_api")]);
    let house = House::start(conf).await;
    let server = boot(&house, "web", "1").await;
    let admin = at(&house, "2.19", &server).await;
    let alice = [(VERSION, "2.19"), ("x-auth-token", ALICE)];
    let alice = house.ask(Method::GET, &server, &alice, None).await;
    house.stop().await;
    rule("an administrator sees the key", json!(5), admin.json()["server"][KEY].clone());
    rule("alice sees the server", 200, alice.status);
    rule("without the key", None, alice.json()["server"].get(KEY).cloned());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_it_costs_no_statement() {
    let house = House::start(conf()).await;
    let server = boot(&house, "web", "1").await;
    let (before, since) = (at(&house, "2.18", &server).await, at(&house, "2.19", &server).await);
    let alice = [(VERSION, "2.19"), ("x-auth-token", ALICE)];
    let alice = house.ask(Method::GET, &server, &alice, None).await;
    let flow_before = house.flow(before.request_id()).await;
    let flow = house.flow(since.request_id()).await;
    house.stop().await;
    rule("2.18 has no such key", None, before.json()["server"].get(KEY).cloned());
    rule("2.19 has", json!(5), since.json()["server"][KEY].clone());
    let got = alice.json()["server"][KEY].clone();
    rule("a rule that no file knows means what `default` says: alice sees it", json!(5), got);
    rule_that("the flow shows the server", flow.contains("ServersController.show"), &flow);
    rule("the key costs no statement", flow_before, flow);
}
