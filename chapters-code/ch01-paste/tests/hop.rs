//! The seam of the filters. This test has a process of its own: it subscribes to all hops.

#[cfg(test)]
mod demo;

use demo::{answer, load};
use nova_objects::hop;
use std::sync::{Arc, Mutex};
use tracing::{
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt};

const FILE: &str = "\
[pipeline:main]
pipeline = outer inner egg:Demo#app
[filter:outer]
use = egg:Demo
name = o
[filter:inner]
use = egg:Demo
name = i
";

/// Notes the name and the file of each hop, as it is opened.
#[derive(Clone, Default)]
struct Hops(Arc<Mutex<Vec<(String, String)>>>);

impl<S: tracing::Subscriber> Layer<S> for Hops {
    fn on_new_span(&self, span: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        let mut fields = Fields::default();
        span.record(&mut fields);
        assert_eq!(span.metadata().target(), hop::TARGET);
        if let Ok(mut seen) = self.0.lock() {
            seen.push((fields.name, fields.file));
        }
    }
}

#[derive(Default)]
struct Fields {
    name: String,
    file: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "code.file.path" {
            self.file = value.to_owned();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "name" {
            self.name = format!("{value:?}");
        }
    }
}

#[tokio::test]
async fn each_call_of_a_filter_passes_through_a_hop() {
    let hops = Hops::default();
    let subscriber = tracing_subscriber::registry().with(hops.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = load(FILE).unwrap();
    assert_eq!(hops.0.lock().unwrap().len(), 0);
    answer(&app).await;
    let seen = hops.0.lock().unwrap();
    let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["outer", "inner"]);
    assert!(seen.iter().all(|(_, file)| file.ends_with("tests/demo/mod.rs")));
}
