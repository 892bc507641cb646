//! The part of the [mirror](crate::mirror)'s story that is about what the API keeps for its users
//! and administrators, and one proof that those rows keep their types.

use crate::{
    databases::databases,
    mirror::{
        Step,
        Verb::{Create, Destroy, Get, List, Save},
        admin, all, ann, bob, fields, of,
    },
};
use nova_objects::{
    Aggregate, FixedIp, Flavor, Instance, InstanceGroup, KeyPair, MemoryStore, Migration,
    NovaObject, Quota, RequestContext, Store, Vif,
};
use serde_json::json;
use std::fmt::Debug;

fn flavor() -> Flavor {
    let mut flavor = Flavor::new("7", "m1.test", 64, 1, 0);
    flavor.projects = vec!["p".into(), "q\"'".into()];
    flavor
}

fn instance() -> Instance {
    let mut instance = Instance::building("p", "u", "all of it", flavor());
    instance.uuid = "full".into();
    instance.display_description = Some("what it is for".into());
    instance.old_flavor = Some(Flavor::new("1", "m1.tiny", 512, 1, 1));
    instance.new_flavor = Some(flavor());
    instance.kernel_id = Some("kernel".into());
    instance.ramdisk_id = Some("ramdisk".into());
    instance.root_device_name = Some("/dev/vda".into());
    instance.key_name = Some("mine".into());
    instance.key_data = Some("ssh-ed25519 AAAA mine".into());
    instance.locked = true;
    instance.locked_by = Some("owner".into());
    instance.tags = vec!["web".into(), "\u{e9}".into()];
    let ip = |address: &str, version, kind: &str| FixedIp {
        address: address.into(),
        version,
        kind: kind.into(),
    };
    instance.network_info = vec![Vif {
        address: "fa:16:3e:00:00:01".into(),
        label: "private".into(),
        fixed_ips: vec![ip("10.0.0.2", 4, "fixed"), ip("2001:db8::2", 6, "floating")],
    }];
    instance
}

fn key(user: &str, name: &str) -> KeyPair {
    KeyPair::ssh(user, name, "ssh-ed25519 AAAA", "00:ff")
}

fn aggregate() -> Aggregate {
    let mut aggregate = Aggregate::new("fast", Some("zone-1"));
    aggregate.uuid = "a1".into();
    aggregate.hosts = vec!["host-1".into(), "host-2".into()];
    aggregate
}

fn named(name: &str) -> Aggregate {
    Aggregate { name: name.into(), uuid: name.into(), ..aggregate() }
}

fn group(uuid: &str, project: &str) -> InstanceGroup {
    let mut group = InstanceGroup::new(project, "u", "apart", vec!["anti-affinity".into()]);
    group.uuid = uuid.into();
    group.metadata.insert("k".into(), "v".into());
    group
}

fn migration() -> Migration {
    let source = Instance { host: Some("host-1".into()), node: Some("n1".into()), ..instance() };
    Migration::new(&source, &Flavor { id: 2, ..flavor() }, "host-2", "n2")
}

/// What an instance and a flavor have to say since there is a whole API.
pub(crate) fn instances_and_flavors() -> Vec<Step> {
    let (i, f) = (of("Instance"), of("Flavor"));
    let bare = json!({"locked": false, "locked_by": null, "tags": [], "old_flavor": null});
    vec![
        i(ann(), Create(fields(&instance()))),
        i(ann(), Get("full")),
        i(ann(), List(all().with("locked", true))),
        i(ann(), List(all().with("root_device_name", "/dev/vda").with("tags", json!([])))),
        i(ann(), Save("full", bare, vec![])),
        i(ann(), Get("full")),
        f(admin(), Get("7")),
    ]
}

/// A user's keys: no project stands in front of them.
pub(crate) fn key_pairs() -> Vec<Step> {
    let k = of("KeyPair");
    vec![
        k(ann(), Create(fields(&key("ann", "mine")))),
        k(ann(), Create(fields(&key("ann", "'; DROP TABLE key_pairs; --")))),
        k(bob(), Create(fields(&key("bob", "mine")))),
        k(bob(), Get("3")),
        k(ann(), List(all().with("user_id", "ann").with("type", "ssh").ascending("name"))),
        k(ann(), List(all().with("user_id", "ann").with("name", "nobody"))),
        k(ann(), Destroy("1")),
        k(ann(), Destroy("1")),
        k(ann(), List(all())),
    ]
}

/// Hosts in sets.
pub(crate) fn aggregates() -> Vec<Step> {
    let a = of("Aggregate");
    let moved = json!({"hosts": ["host-3"], "metadata": {"ssd": "true"}, "name": "faster"});
    vec![
        a(admin(), Create(fields(&aggregate()))),
        a(admin(), Create(fields(&named("slow")))),
        a(admin(), Create(fields(&Aggregate { uuid: "a2".into(), ..aggregate() }))),
        a(admin(), Save("2", json!({"name": "fast"}), vec![])),
        a(admin(), Save("2", json!({"name": "slow"}), vec![])),
        a(admin(), Destroy("2")),
        a(admin(), Get("1")),
        a(admin(), Save("1", moved, vec![])),
        a(ann(), List(all().with("name", "faster"))),
        a(admin(), Destroy("1")),
        a(admin(), List(all())),
    ]
}

/// Server groups: each project sees its own.
pub(crate) fn instance_groups() -> Vec<Step> {
    let g = of("InstanceGroup");
    vec![
        g(ann(), Create(fields(&group("g1", "p")))),
        g(bob(), Create(fields(&group("g2", "q")))),
        g(ann(), Create(fields(&group("g1", "p")))),
        g(bob(), Get("g1")),
        g(ann(), Save("g1", json!({"members": ["i1", "i2"]}), vec![])),
        g(ann(), List(all())),
        g(admin(), List(all().descending("uuid"))),
        g(bob(), Destroy("g1")),
        g(ann(), Destroy("g1")),
    ]
}

/// Limits, of projects and of users in them.
pub(crate) fn quotas() -> Vec<Step> {
    let q = of("Quota");
    vec![
        q(admin(), Create(fields(&Quota::new("p", None, "cores", -1)))),
        q(admin(), Create(fields(&Quota::new("p", Some("ann"), "cores", 4)))),
        q(admin(), Create(fields(&Quota::new("q", None, "cores", 8)))),
        q(ann(), List(all())),
        q(ann(), List(all().with("user_id", json!(null)))),
        q(admin(), List(all().with("project_id", "p").with("user_id", "ann"))),
        q(admin(), Save("1", json!({"hard_limit": 40}), vec![])),
        q(admin(), List(all().descending("hard_limit"))),
        q(admin(), Destroy("2")),
        q(admin(), List(all())),
    ]
}

/// Moves.
pub(crate) fn migrations() -> Vec<Step> {
    let m = of("Migration");
    let underway = json!({"status": "migrating", "dest_host": "192.0.2.2"});
    vec![
        m(admin(), Create(fields(&migration()))),
        m(admin(), List(all().with("instance_uuid", "full").with("migration_type", "resize"))),
        m(admin(), Save("1", underway, vec![])),
        m(admin(), Get("1")),
        m(admin(), Destroy("1")),
    ]
}

/// What comes back is what went in, but for what the store fills in.
async fn comes_back<T: NovaObject + Debug + PartialEq>(
    store: &dyn Store,
    row: T,
    fill_in: impl Fn(&mut T, &T),
) {
    let context = RequestContext::admin();
    let created = row.clone().create(store, &context).await.unwrap();
    let read = T::get(store, &context, &created.key()).await.unwrap();
    assert_eq!(read, created);
    assert!(read.changes().unwrap().is_empty());
    let mut row = row;
    fill_in(&mut row, &read);
    assert_eq!(*read, row);
}

#[tokio::test]
async fn rows_come_back_as_they_were_from_every_store() {
    macro_rules! filled {
        () => {
            |row, read| (row.id, row.created_at) = (read.id, read.created_at)
        };
    }
    let databases = databases().await;
    let databases = databases.iter().map(|(db, _)| db as &dyn Store);
    for store in databases.chain([&MemoryStore::default() as &dyn Store]) {
        comes_back(store, instance(), filled!()).await;
        comes_back(store, flavor(), filled!()).await;
        comes_back(store, key("ann", "mine"), filled!()).await;
        comes_back(store, aggregate(), filled!()).await;
        comes_back(store, group("g1", "p"), filled!()).await;
        comes_back(store, Quota::new("p", None, "cores", -1), filled!()).await;
        comes_back(store, Quota::new("p", Some("ann"), "cores", 4), filled!()).await;
        comes_back(store, migration(), filled!()).await;
    }
}

#[tokio::test]
async fn the_database_has_no_two_keys_or_limits_of_one_name() {
    let context = admin();
    for (db, _end) in databases().await {
        for (class, row, twin) in [
            ("KeyPair", fields(&key("ann", "mine")), "KeyPair mine already exists."),
            ("Quota", fields(&Quota::new("p", None, "cores", 1)), "Quota cores already exists."),
            ("Quota", fields(&Quota::new("p", Some("u"), "ram", 1)), "Quota ram already exists."),
        ] {
            db.create(&context, class, row.clone()).await.unwrap();
            let error = db.create(&context, class, row).await.unwrap_err();
            assert_eq!(error.to_string(), twin);
        }
        for other in [Quota::new("p", Some("ann"), "cores", 1), Quota::new("q", None, "cores", 1)] {
            other.create(&db, &context).await.unwrap();
        }
    }
}
