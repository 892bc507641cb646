//! What a subscriber sees of a message.

use crate::manager::{Add, Site, context, note};
use nova_objects::hop;
use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex},
};
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

type Hop = BTreeMap<&'static str, String>;

/// The fields of all hops, by the order in which they were opened.
#[derive(Clone, Default)]
struct Hops(Arc<Mutex<Vec<(Id, Hop)>>>);

struct Fields<'h>(&'h mut Hop);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Hops {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().target() == hop::TARGET {
            let mut hop = Hop::new();
            attributes.record(&mut Fields(&mut hop));
            self.0.lock().unwrap().push((id.clone(), hop));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut hops = self.0.lock().unwrap();
        if let Some((_, hop)) = hops.iter_mut().rfind(|(hop, _)| hop == id) {
            values.record(&mut Fields(hop));
        }
    }
}

impl Hops {
    fn all(&self) -> Vec<Hop> {
        self.0.lock().unwrap().iter().map(|(_, hop)| hop.clone()).collect()
    }
}

#[tokio::test]
async fn a_message_is_two_hops_joined_by_an_id() {
    let hops = Hops::default();
    let _guard = tracing_subscriber::registry().with(hops.clone()).set_default();
    let site = Site::new();
    let _server = site.server("host-1").await;
    let client = site.client().prepare().server("host-1").outcome("five");
    let _: i64 = client.call(&context(), "add", &Add { a: 2, b: 3 }).await.unwrap();

    let [departure, arrival] = &hops.all()[..] else { panic!("{:?}", hops.all()) };
    assert_eq!(departure["kind"], "call");
    assert_eq!(departure["name"], "interop.host-1 add");
    assert_eq!(departure["outcome"], "five");
    assert!(departure["code.file.path"].ends_with("hops.rs"), "where it was called");
    assert_eq!(arrival["kind"], "rpc");
    assert_eq!(arrival["name"], "add");
    assert_eq!(arrival["lane"], "interop.host-1");
    assert_eq!(arrival["request_id"], "req-1");
    assert_eq!(arrival["parent"], departure["span_id"]);
    assert_eq!(arrival["trace_id"], departure["trace_id"]);
    assert_eq!(arrival["data"].replace('\\', ""), r#"{"awaited":true}"#);
    assert!(arrival["code.file.path"].ends_with("manager.rs"), "where it is registered");
}

#[tokio::test]
async fn a_failure_is_told_at_both_ends() {
    let hops = Hops::default();
    let _guard = tracing_subscriber::registry().with(hops.clone()).set_default();
    let site = Site::new();
    let _server = site.server("host-1").await;
    site.client().call::<_, ()>(&context(), "boom", &note("Full.")).await.unwrap_err();

    let outcomes: Vec<_> = hops.all().iter().map(|hop| hop["outcome"].clone()).collect();
    assert_eq!(outcomes, ["NoValidHost: No valid host was found. Full."; 2]);
    assert!(hops.all().iter().all(|hop| hop["error.type"] == "NoValidHost"));
}

#[tokio::test(start_paused = true)]
async fn casts_and_fanouts_are_known_as_such() {
    let hops = Hops::default();
    let _guard = tracing_subscriber::registry().with(hops.clone()).set_default();
    let mut site = Site::new();
    let client = site.client();
    client.cast(&context(), "note", &note("")).await.unwrap();
    client.prepare().fanout().cast(&context(), "note", &note("")).await.unwrap();
    assert!(site.all_written().await.is_empty());
    let kinds: Vec<_> = hops.all().iter().map(|hop| hop["kind"].clone()).collect();
    assert_eq!(kinds, ["cast", "fanout"]);
    assert_eq!(hops.all()[1]["name"], "interop.note");
}
