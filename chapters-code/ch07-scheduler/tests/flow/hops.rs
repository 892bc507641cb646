//! What a reader of the trace sees of a decision.

use crate::cloud::{Cloud, spec};
use nova_objects::hop;
use nova_scheduler::Options;
use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex},
};
use tracing::{
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt},
    registry::Registry,
};

type Hop = BTreeMap<&'static str, String>;

/// Writes down the fields of each hop, in the order in which they are opened.
#[derive(Clone, Default)]
struct Hops(Arc<Mutex<Vec<(Id, Hop)>>>);

struct Fields<'h>(&'h mut Hop);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Layer<Registry> for Hops {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, Registry>) {
        if attributes.metadata().target() == hop::TARGET {
            let mut hop = Hop::new();
            attributes.record(&mut Fields(&mut hop));
            self.0.lock().unwrap().push((id.clone(), hop));
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, _: Context<'_, Registry>) {
        let mut hops = self.0.lock().unwrap();
        if let Some((_, hop)) = hops.iter_mut().rev().find(|(other, _)| other == id) {
            record.record(&mut Fields(hop));
        }
    }
}

async fn hops_of(cloud: &Cloud, memory_mb: i64) -> Vec<Hop> {
    let hops = Hops::default();
    let guard = tracing::subscriber::set_default(Registry::default().with(hops.clone()));
    cloud.report(&Options::default(), &spec(memory_mb, 1)).await;
    drop(guard);
    hops.0.lock().unwrap().iter().map(|(_, hop)| hop.clone()).collect()
}

#[tokio::test]
async fn the_filters_say_who_was_left_out_and_why() {
    let cloud = Cloud::with(&[("host-1", 512), ("host-2", 8192), ("host-3", 4096)]).await;
    let [filters, weighers] = hops_of(&cloud, 1024).await.try_into().unwrap();
    assert_eq!(filters["kind"], "filters");
    assert_eq!(filters["outcome"], "3 hosts, 2 left: RamFilter fails 1");
    let data: serde_json::Value = serde_json::from_str(&filters["data"]).unwrap();
    let ram = serde_json::json!({"filter": "RamFilter", "start": 3, "end": 2});
    assert_eq!((&data["hosts"], &data["filters"][2]), (&3.into(), &ram));
    let failed = serde_json::json!({
        "host": "host-1", "nodename": "host-1",
        "passed": 2, "why": "needs 1024 MB, 512 MB in all",
    });
    assert_eq!(data["rows"][0], failed);

    assert_eq!(
        (&*weighers["kind"], &*weighers["outcome"]),
        ("weighers", "host-2 2.00, host-3 1.50")
    );
    let data: serde_json::Value = serde_json::from_str(&weighers["data"]).unwrap();
    let best = &data["rows"][0];
    assert_eq!(&data["chosen"], best);
    assert_eq!((&best["host"], &best["weight"]), (&"host-2".into(), &2.0.into()));
    let score = serde_json::json!({"weigher": "RAMWeigher", "raw": 8192.0, "score": 1.0});
    assert_eq!((&best["scores"][0], best["scores"].as_array().map(Vec::len)), (&score, Some(5)));
}

#[tokio::test]
async fn nobody_is_weighed_where_nobody_passes() {
    let cloud = Cloud::with(&[("host-1", 512)]).await;
    let [filters] = hops_of(&cloud, 1024).await.try_into().unwrap();
    assert_eq!(filters["outcome"], "1 host, 0 left: RamFilter fails 1");
    let [filters] = hops_of(&Cloud::with(&[]).await, 1024).await.try_into().unwrap();
    assert_eq!(filters["outcome"], "0 hosts");
}
