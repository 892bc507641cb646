//! Bodies that are longer than memory.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Method, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use nova_paste::{Application, Body, Environ, Request, body};
use nova_router::{ApiRequest, ApiResponse, Controller, Resource, method};
use std::sync::Arc;
use tokio::sync::oneshot;

struct Mirror;

/// A resource that sends back what it gets.
fn mirror() -> Resource {
    let update = async |_: Arc<Mirror>, request: ApiRequest| {
        let whole = ApiResponse::data("text/plain", format!("{} at once", request.data.len()));
        let streamed = request.body_file.take();
        assert!(request.body_file.take().is_none(), "who takes it has it alone");
        Ok(streamed.map_or(whole, |body| ApiResponse::stream("image/png", body, 8)))
    };
    let controller = Controller::builder("Mirror", Arc::new(Mirror));
    Resource::new(controller.action("update", method(update)).build()).streaming(&["image/png"])
}

fn put(content_type: &'static str, body: Body) -> Request {
    let mut request = Request::new(body);
    *request.method_mut() = Method::PUT;
    request
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    Environ::of_mut(&mut request).routing_args.insert("action".into(), "update".into());
    request
}

/// `1234`, and `5678` once somebody says so.
fn halting(go_on: oneshot::Receiver<()>) -> Body {
    let piece = |text: &'static str| Ok(Frame::data(Bytes::from_static(text.as_bytes())));
    let rest = stream::once(async move {
        let _ = go_on.await;
        piece("5678")
    });
    BodyExt::boxed(StreamBody::new(stream::iter([piece("1234")]).chain(rest)))
}

#[tokio::test]
async fn an_answer_may_begin_before_the_request_has_ended() {
    let (go_on, told) = oneshot::channel();
    let mut answer = mirror().call(put("image/png", halting(told))).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_LENGTH], "8");
    let first = answer.body_mut().frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), "1234");
    go_on.send(()).unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "5678");
}

#[tokio::test]
async fn a_body_of_another_type_is_there_at_once() {
    let answer = mirror().call(put("application/json", body("true"))).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "4 at once");
}
