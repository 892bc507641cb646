//! `cargo ch11 retry`: what is asked once more, and what is not.

use crate::{Failure, house::Service};
use http::StatusCode;
use nova_neighbours::GlanceClient;
use nova_objects::{
    ImageApi, ImageMeta, RequestContext,
    hop::{Kind, arrival, outcome},
    sockets::ImageQuery,
};
use nova_paste::{Response, app_fn, body};
use nova_traces::{FlowLayer, Flows, Style, stable::stable, text::text};
use std::{
    panic::Location,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tracing::Instrument;
use tracing_subscriber::prelude::*;

/// A Glance that is busy for the first two requests.
async fn busy() -> Result<Service, Failure> {
    let asked = Arc::new(AtomicUsize::new(0));
    let app = app_fn(move |request| {
        let busy = asked.fetch_add(1, Ordering::Relaxed) < 2;
        async move {
            let images = if request.method() == "GET" { r#"{"images":[]}"# } else { "{}" };
            let mut answer = Response::new(body(images));
            if busy {
                *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            }
            Ok(answer)
        }
    });
    Service::start("glance", |_| Ok(app)).await
}

/// Draws the hops of what Nova asks, in a request of its own.
async fn draw<T, E: std::fmt::Display>(
    what: &str,
    flows: &Flows,
    ask: impl AsyncFnOnce(&RequestContext) -> Result<T, E>,
) {
    println!("{what}");
    let context = RequestContext::default();
    let nova = arrival(Kind::Rpc, &"something", "nova", &context, Location::caller());
    async {
        match ask(&context).await {
            Ok(_) => outcome("done"),
            Err(_) => outcome("failed"),
        }
    }
    .instrument(nova)
    .await;
    let style = Style { color: false, ascii: false, times: false };
    println!("{}", stable(&text(&flows.flow(&context.request_id), style)));
}

pub(crate) async fn show() -> Result<(), Failure> {
    let flows = Flows::default();
    tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).init();
    let all = ImageQuery::default();

    let first = busy().await?;
    let glance = GlanceClient::new(&first.url).num_retries(2);
    draw("Nova asks for a list, and may ask twice more.", &flows, async |nova| {
        glance.get_all(nova, &all).await
    })
    .await;
    let second = busy().await?;
    let glance = GlanceClient::new(&second.url).num_retries(2);
    draw("Nova creates an image.", &flows, async |nova| {
        glance.create(nova, ImageMeta::default()).await
    })
    .await;
    let servers = ["http://127.0.0.1:1".to_owned(), first.url.clone()];
    let glance = GlanceClient::new("").api_servers(&servers).num_retries(2);
    draw("Nova creates an image. The first of two api_servers is away.", &flows, async |nova| {
        glance.create(nova, ImageMeta::default()).await
    })
    .await;
    first.stop().await?;
    second.stop().await
}
