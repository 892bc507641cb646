//! What a trace shows of the database. A process of its own, for one test: `tracing` remembers
//! for all threads whether the first one to open a hop had a subscriber.

#![cfg(test)]

use nova_conductor::Db;
use nova_objects::{
    Flavor, Instance, NovaObject, Query, RequestContext, TaskState, VmState, hop::TARGET,
};
use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex},
};
use tracing::{
    Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt};

type Hop = BTreeMap<&'static str, String>;

/// The fields of all hops, in the order in which they were opened.
#[derive(Clone, Default)]
struct Hops(Arc<Mutex<Vec<(Id, Hop)>>>);

struct Texts<'h>(&'h mut Hop);

impl Visit for Texts<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Hops {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().target() == TARGET {
            let mut hop = Hop::new();
            attributes.record(&mut Texts(&mut hop));
            self.0.lock().unwrap().push((id.clone(), hop));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut hops = self.0.lock().unwrap();
        if let Some((_, hop)) = hops.iter_mut().rfind(|(hop, _)| hop == id) {
            values.record(&mut Texts(hop));
        }
    }
}

async fn life() {
    let (db, context) = (Db::memory().await.unwrap(), RequestContext::admin());
    let flavor = Flavor::get(&db, &context, "1").await.unwrap();
    let instance = Instance::building("p", "u", "demo", (*flavor).clone());
    let mut instance = instance.create(&db, &context).await.unwrap();
    let scheduling = instance.task_state;
    instance.task_state = Some(TaskState::Spawning);
    instance.save_expecting(&db, &context, &[scheduling]).await.unwrap();
    instance.task_state = None;
    instance.save_expecting(&db, &context, &[scheduling]).await.unwrap_err();
    instance.vm_state = VmState::Active;
    instance.save(&db, &context).await.unwrap();
    instance.host = Some("host-1".into());
    instance.node = Some("node-1".into());
    instance.save(&db, &context).await.unwrap();
    instance.destroy(&db, &context).await.unwrap();
    instance.refresh(&db, &context).await.unwrap_err();
    Flavor::list(&db, &context, Query::all()).await.unwrap();
    flavor.destroy(&db, &context).await.unwrap();
}

#[tokio::test]
async fn every_statement_is_a_hop_that_says_what_came_of_it() {
    let hops = Hops::default();
    life().with_subscriber(tracing_subscriber::registry().with(hops.clone())).await;
    let hops = hops.0.lock().unwrap();
    let lines = hops.iter().map(|(_, hop)| format!("{}: {}", hop["name"], hop["outcome"]));
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "SELECT flavors: 1 row",
            "INSERT instances: building, scheduling",
            "UPDATE instances: task_state: scheduling → spawning",
            "UPDATE instances: no row",
            "SELECT instances: 1 row",
            "UPDATE instances: vm_state: active, task_state: None",
            "UPDATE instances: host, node",
            "UPDATE instances: deleted",
            "SELECT instances: no row",
            "SELECT flavors: 5 rows",
            "DELETE flavors: 1 row",
        ]
    );
    for (_, hop) in hops.iter() {
        assert_eq!(hop["kind"], "db");
        assert!(hop["code.file.path"].ends_with("ch08-conductor/src/store.rs"));
    }
    let text = "UPDATE instances SET task_state = $1, updated_at = $2 WHERE uuid = $3 \
                AND deleted = 0 AND task_state IN ($4) RETURNING *";
    assert!(hops[2].1["data"].contains(text), "{}", hops[2].1["data"]);
}
