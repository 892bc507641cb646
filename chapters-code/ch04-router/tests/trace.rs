//! The seam of the routes. This test has a process of its own: it subscribes to all hops.

use http::Method;
use nova_objects::{RequestContext, hop, hop::Kind};
use nova_paste::{Application, Environ, Request, body};
use nova_router::{ApiError, ApiRequest, Controller, Resource, method};
use nova_traces::{FlowLayer, Flows};
use std::{panic::Location, sync::Arc};
use tracing::{Instrument, instrument::WithSubscriber};
use tracing_subscriber::{Registry, layer::SubscriberExt};

struct Things;

impl Things {
    async fn start(self: Arc<Self>, _: ApiRequest) -> Result<(), ApiError> {
        Ok(())
    }
}

#[tokio::test]
async fn the_trace_says_which_method_was_called_and_where_it_is_listed() {
    let things = Controller::builder("Things", Arc::new(Things))
        .wsgi_action("os-start", method(Things::start))
        .build();
    let mut request = Request::new(body(r#"{"os-start": null}"#));
    *request.method_mut() = Method::POST;
    let environ = Environ::of_mut(&mut request);
    environ.path_info = "/things/1/action".into();
    environ.routing_args.insert("action".into(), "action".into());

    let flows = Flows::default();
    let context = RequestContext::default();
    let work = async {
        let http = hop::arrival(Kind::Http, &"POST", "api", &context, Location::caller());
        Resource::new(things).call(request).instrument(http).await
    };
    let layer = FlowLayer::new(flows.clone());
    work.with_subscriber(Registry::default().with(layer)).await.unwrap();

    let flow = flows.flow(&context.request_id);
    let hop = flow.segments[0].hops.iter().find(|hop| hop.kind == "route").unwrap();
    assert_eq!(hop.outcome.as_deref(), Some("POST /things/1/action → Things.os-start"));
    assert!(hop.file.ends_with("tests/trace.rs"));
}
