//! What a caller learns when it goes wrong.

use crate::manager::{Add, Note, Nothing, Site, context, note};
use nova_objects::RemoteError;
use nova_rpc::RpcClient;
use serde_json::json;

async fn error(client: &RpcClient, method: &str, args: &Note) -> RemoteError {
    client.call::<_, serde_json::Value>(&context(), method, args).await.unwrap_err()
}

#[tokio::test]
async fn an_error_keeps_its_name_across_the_wire() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let error = error(&site.client(), "boom", &note("Not enough memory.")).await;
    assert_eq!(error.class, "NoValidHost");
    assert_eq!(error.module, "nova.exception");
    assert_eq!(error.message, "No valid host was found. Not enough memory.");
    assert_eq!(json!(error.kwargs), json!({"reason": "Not enough memory.", "code": 500}));
}

#[tokio::test]
async fn who_cannot_be_served_is_told_why() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let client = site.client();
    let no_method = "Endpoint does not support RPC method";
    let no_version = "Endpoint does not support RPC version";
    for (client, method, class, message) in [
        (client.prepare(), "nosuch", "NoSuchMethod", format!("{no_method} nosuch")),
        (client.prepare(), "_note", "NoSuchMethod", format!("{no_method} _note")),
        (client.prepare(), "hello", "NoSuchMethod", format!("{no_method} hello")),
        (
            client.prepare().version("1.9"),
            "add",
            "UnsupportedVersion",
            format!("{no_version} 1.9. Attempted method: add"),
        ),
        (
            client.prepare().namespace("other"),
            "add",
            "UnsupportedVersion",
            format!("{no_version} 1.0. Attempted method: add"),
        ),
        (
            client.prepare().namespace("ns").version("2.0"),
            "add",
            "NoSuchMethod",
            format!("{no_method} add"),
        ),
    ] {
        let error = error(&client, method, &note("")).await;
        assert_eq!((error.class.as_str(), error.message), (class, message));
        assert_eq!(error.module, "oslo_messaging.rpc.dispatcher");
    }
}

#[tokio::test]
async fn a_namespace_has_methods_of_its_own() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let client = site.client().prepare().namespace("ns").version("2.0");
    let hello: String = client.call(&context(), "hello", &note("bo")).await.unwrap();
    assert_eq!(hello, "hello bo");
}

#[tokio::test]
async fn wrong_arguments_are_the_callers_type_error() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let error = error(&site.client(), "add", &note("no numbers")).await;
    assert_eq!((error.class.as_str(), error.module.as_str()), ("TypeError", "builtins"));
}

#[tokio::test]
async fn arguments_without_names_do_not_leave() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let error = site.client().cast(&context(), "note", &[1, 2]).await.unwrap_err();
    assert_eq!(error.class, "TypeError");
}

#[tokio::test]
async fn an_answer_of_another_shape_is_an_error() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let answer: Result<i64, _> = site.client().call(&context(), "who", &Nothing {}).await;
    assert_eq!(answer.unwrap_err().class, "TypeError");
}

#[tokio::test]
async fn a_method_that_panics_fails_and_the_server_goes_on() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let client = site.client();
    let error = error(&client, "panic", &note("ouch")).await;
    assert_eq!(error.class, "RuntimeError");
    assert_eq!(error.message, "the method panicked: ouch");
    client.cast(&context(), "panic", &note("nobody hears it")).await.unwrap();
    let sum: i64 = client.call(&context(), "add", &Add { a: 2, b: 3 }).await.unwrap();
    assert_eq!(sum, 5);
}

#[tokio::test]
async fn nobody_can_call_everybody() {
    let site = Site::new();
    let error = error(&site.client().prepare().fanout(), "who", &note("")).await;
    assert_eq!(error.class, "InvalidTarget");
    assert_eq!(error.message, "A call cannot be used with fanout");
}
