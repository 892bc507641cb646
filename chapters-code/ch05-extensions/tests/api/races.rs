//! Many clients who change one thing at once: nobody's change is lost, and there is never too much.

use crate::house::{Answer, House, IMAGE, PROJECT, image};
use nova_extensions::QuotaOptions;
use nova_objects::{
    Aggregate, Flavor, Instance, NovaObject, Query, RequestContext, Service, TaskState, VmState,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use tokio::task::JoinSet;

/// The house over rows in memory, and the house over a database.
async fn houses(quota: QuotaOptions) -> [Arc<House>; 2] {
    let in_memory = House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await;
    [Arc::new(in_memory), Arc::new(House::with_database(quota).await)]
}

fn unlimited() -> QuotaOptions {
    QuotaOptions { quota_instances: -1, quota_cores: -1, quota_ram: -1, ..QuotaOptions::default() }
}

/// What is answered to all of `requests`, a line and a body each, which `token` sends at once.
async fn at_once(house: &Arc<House>, token: &str, requests: Vec<(String, Value)>) -> Vec<Answer> {
    let mut clients = JoinSet::new();
    for (line, body) in requests {
        let (house, token) = (Arc::clone(house), token.to_owned());
        clients.spawn(async move { house.ask(&token, &line, Some(body)).await });
    }
    clients.join_all().await
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

fn words(count: usize) -> BTreeSet<String> {
    (0..count).map(|number| format!("x{number}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn twenty_tags_that_come_at_once_are_all_kept_and_no_more_than_fit() {
    for house in houses(unlimited()).await {
        let server = house.server("web", |_| ()).await;
        let url = format!("/v2.1/{PROJECT}/servers/{}/tags", server.uuid);
        let tie = |tag: &String| (format!("PUT {url}/{tag}"), Value::Null);
        let answers = at_once(&house, "alice@2.26", words(20).iter().map(tie).collect()).await;
        assert_eq!(statuses(&answers), [201; 20]);
        assert!(house.row(&server).await.tags.iter().eq(&words(20)));

        let more: Vec<_> = (20..60).map(|number| tie(&format!("x{number}"))).collect();
        let statuses = statuses(&at_once(&house, "alice@2.26", more).await);
        assert_eq!(statuses, [[201; 30].as_slice(), &[400; 10]].concat());
        assert_eq!(house.row(&server).await.tags.len(), 50);

        let untie = |tag: &String| (format!("DELETE {url}/{tag}"), Value::Null);
        at_once(&house, "alice@2.26", words(60).iter().map(untie).collect()).await;
        assert!(house.row(&server).await.tags.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn sixteen_clients_change_notes_of_one_server_and_each_finds_its_own() {
    let quota = QuotaOptions { quota_metadata_items: 14, ..unlimited() };
    for house in houses(quota).await {
        let server = house.server("web", |_| ()).await;
        let url = format!("/v2.1/servers/{}/metadata", server.uuid);
        let note = |key: &String| (format!("PUT {url}/{key}"), json!({ "meta": { key: key } }));
        let statuses =
            statuses(&at_once(&house, "alice", words(16).iter().map(note).collect()).await);
        assert_eq!(statuses, [[200; 14].as_slice(), &[403; 2]].concat());
        let notes = house.row(&server).await.metadata.clone();
        assert_eq!(notes.len(), 14);
        assert!(notes.iter().all(|(key, value)| key == value));
        let take = |key: &String| (format!("DELETE {url}/{key}"), Value::Null);
        let left: Vec<_> = notes.keys().map(take).collect();
        assert!(at_once(&house, "alice", left).await.iter().all(|a| a.status == 204));
        assert!(house.row(&server).await.metadata.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn what_administrators_add_to_flavors_and_aggregates_at_once_is_all_there() {
    for house in houses(unlimited()).await {
        let admin = RequestContext::admin();
        let private = Flavor { is_public: false, ..Flavor::new("6", "private", 1, 1, 1) };
        let flavor = private.create(&*house.store, &admin).await.unwrap();
        for host in words(16) {
            let service = Service::new(&host, "nova-compute", "compute");
            service.create(&*house.store, &admin).await.unwrap();
        }
        let made = house.post("admin", AGGREGATES, aggregate("fast")).await;
        let fast = format!("POST {AGGREGATES}/{}/action", made.body["aggregate"]["id"]);
        let requests = words(16).into_iter().flat_map(|word| {
            let access = json!({ "addTenantAccess": { "tenant": word } });
            let specs = json!({ "extra_specs": { &word: word } });
            let metadata = json!({ "set_metadata": { "metadata": { &word: word } } });
            [
                ("POST /v2.1/flavors/6/action".to_owned(), access),
                ("POST /v2.1/flavors/6/os-extra_specs".to_owned(), specs),
                (fast.clone(), json!({ "add_host": { "host": word } })),
                (fast.clone(), metadata),
            ]
        });
        let answers = at_once(&house, "admin", requests.collect()).await;
        assert_eq!(statuses(&answers), [200; 64]);
        let flavor = Flavor::get(&*house.store, &admin, &flavor.flavorid).await.unwrap();
        let rows = Aggregate::list(&*house.store, &admin, Query::all()).await.unwrap();
        let [fast] = &rows[..] else { panic!("one aggregate") };
        for list in [&flavor.projects, &fast.hosts] {
            assert_eq!(list.iter().cloned().collect::<BTreeSet<_>>(), words(16));
            assert_eq!(list.len(), 16, "each once");
        }
        for map in [&flavor.extra_specs, &fast.metadata] {
            assert!(map.keys().eq(&words(16)));
        }
    }
}

const AGGREGATES: &str = "/v2.1/os-aggregates";

fn aggregate(name: &str) -> Value {
    json!({ "aggregate": { "name": name } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_want_the_same_exactly_one_gets_it() {
    for house in houses(unlimited()).await {
        let private = Flavor { is_public: false, ..Flavor::new("6", "private", 1, 1, 1) };
        private.create(&*house.store, &RequestContext::admin()).await.unwrap();
        house.compute_service(0).await;
        house.post("admin", AGGREGATES, aggregate("other")).await;
        house.post("admin", AGGREGATES, aggregate("third")).await;
        let add = json!({ "add_host": { "host": "host-1" } });
        let access = json!({ "addTenantAccess": { "tenant": "p2" } });
        for (line, body) in [
            (format!("POST {AGGREGATES}"), aggregate("fast")),
            (format!("POST {AGGREGATES}/1/action"), add),
            ("POST /v2.1/flavors/6/action".into(), access),
        ] {
            let answers = at_once(&house, "admin", vec![(line.clone(), body); 16]).await;
            let won = [[200].as_slice(), &[409; 15]].concat();
            assert_eq!(statuses(&answers), won, "{line}");
        }
        let rename = |id: i64| (format!("PUT {AGGREGATES}/{id}"), aggregate("slow"));
        let answers = at_once(&house, "admin", vec![rename(1), rename(2), rename(3)]).await;
        assert_eq!(statuses(&answers), [200, 409, 409]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_grow_at_once_as_many_do_as_fit() {
    let quota = QuotaOptions { quota_ram: -1, ..QuotaOptions::default() };
    for house in houses(quota).await {
        let mut requests = Vec::new();
        for _ in 0..8 {
            let server = house.server("web", |_| ()).await;
            let body = json!({ "resize": { "flavorRef": "4" } });
            requests.push((format!("POST /v2.1/servers/{}/action", server.uuid), body));
        }
        let answers = at_once(&house, "alice", requests).await;
        let growing = house.instances().await.into_iter().filter(|i| i.new_flavor.is_some());
        assert_eq!(growing.count(), 4, "eight CPUs, and three more for each of four, are twenty");
        assert_eq!(statuses(&answers), [202, 202, 202, 202, 403, 403, 403, 403]);
        let absolute = house.get("alice", "/v2.1/limits").await.body["limits"]["absolute"].clone();
        assert_eq!(absolute["totalCoresUsed"], 20);
        let idle = |i: &&Instance| i.task_state.is_none() && i.auto_disk_config;
        assert_eq!(house.instances().await.iter().map(|i| &**i).filter(idle).count(), 4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_that_are_brought_back_at_once_as_many_come_as_fit() {
    let quota = QuotaOptions { quota_instances: 3, ..unlimited() };
    for house in houses(quota).await {
        let mut requests = Vec::new();
        for number in 0..8 {
            let put_away = |instance: &mut Instance| {
                instance.vm_state = VmState::SoftDelete;
                instance.host = instance.host.take().filter(|_| number % 2 == 0);
            };
            let server = house.server("web", put_away).await;
            let line = format!("POST /v2.1/servers/{}/action", server.uuid);
            requests.push((line, json!({ "restore": null })));
        }
        let answers = at_once(&house, "alice", requests).await;
        assert_eq!(statuses(&answers), [202, 202, 202, 403, 403, 403, 403, 403]);
        let back = |instance: &&Instance| {
            instance.vm_state == VmState::Active
                || instance.task_state == Some(TaskState::Restoring)
        };
        assert_eq!(house.instances().await.iter().map(|i| &**i).filter(back).count(), 3);
    }
}
