//! The rules of this exercise.

use http::Method;
use http_body_util::BodyExt;
use kit::{House, policy_with, rule, rule_that, ruled};
use mini_nova::Conf;
use notices::{EXTENSIONS, POLICY};
use nova_extensions::{API_VERSIONS, Policy};
use nova_objects::{Plugs, RequestContext};
use nova_paste::{Application, Environ, Request, body};
use nova_router::{ProjectMapper, Resource, Router};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension alone: its routes and the policy, no port, and none of its neighbours.
struct Alone(Router);

impl Alone {
    fn new() -> Self {
        let policy = Policy::parse("policy.json", &policy_with(POLICY)).unwrap();
        let policy = Arc::new(policy);
        let extension = (EXTENSIONS[0].load)(&Plugs::default()).unwrap();
        let mut mapper = ProjectMapper::default();
        for one in extension.resources {
            let resource = Resource::v21(one.controller.unwrap(), API_VERSIONS);
            let resource = Arc::new(resource.authorized_by(policy.clone()));
            mapper.resource(one.member, one.collection, &resource, &one.options);
        }
        Self(Router::new(mapper).unwrap())
    }

    /// Asks as `user`: `admin` is the administrator.
    async fn ask(&self, user: &str, line: &str, sent: &Value) -> (u16, Value) {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::new(body(sent.to_string()));
        *request.method_mut() = method.parse().unwrap();
        let environ = Environ::of_mut(&mut request);
        environ.path_info = path.into();
        let context = RequestContext::new(user, "c0ffee");
        environ.context = Some(RequestContext { is_admin: user == "admin", ..context });
        let (head, body) = self.0.call(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn write(&self, text: &str) -> (u16, Value) {
        self.ask("admin", "POST /os-notices", &json!({ "notice": { "text": text } })).await
    }

    async fn read(&self) -> Value {
        self.ask("alice", "GET /os-notices", &Value::Null).await.1
    }
}

#[tokio::test]
async fn an_administrator_writes_and_everybody_reads() {
    let alone = Alone::new();
    let first = json!({ "id": 1, "text": "Down at six." });
    let second = json!({ "id": 2, "text": "Up again." });
    let (status, document) = alone.write("Down at six.").await;
    rule("a notice is made", (201, json!({ "notice": first })), (status, document));
    alone.write("Up again.").await;
    let expected = json!({ "notices": [first, second] });
    rule("alice reads all of them, the oldest first", expected, alone.read().await);
}

#[tokio::test]
async fn who_is_no_administrator_changes_nothing() {
    let alone = Alone::new();
    alone.write("Down at six.").await;
    let before = alone.read().await;
    let own = json!({ "notice": { "text": "I was here." } });
    let (status, document) = alone.ask("alice", "POST /os-notices", &own).await;
    rule("alice may not write", 403, status);
    rule_that("she is told why", document["forbidden"].is_object(), document);
    let (status, _) = alone.ask("alice", "DELETE /os-notices/1", &Value::Null).await;
    rule("alice may not take one away", 403, status);
    rule("nothing has changed", before, alone.read().await);
}

#[tokio::test]
async fn a_bad_body_writes_nothing() {
    let alone = Alone::new();
    for sent in [
        json!(null),
        json!({}),
        json!({ "notice": "Down at six." }),
        json!({ "notice": {} }),
        json!({ "notice": { "text": 6 } }),
        json!({ "notice": { "text": "" } }),
        json!({ "notice": { "text": "x".repeat(256) } }),
        json!({ "notice": { "text": "Down at six.", "id": 7 } }),
        json!({ "notice": { "text": "Down at six." }, "urgent": true }),
    ] {
        let (status, _) = alone.ask("admin", "POST /os-notices", &sent).await;
        rule(&format!("{sent:.60} is a 400"), 400, status);
    }
    rule("nothing was written", json!({ "notices": [] }), alone.read().await);
    rule("255 characters are not too many", 201, alone.write(&"ü".repeat(255)).await.0);
}

#[tokio::test]
async fn a_notice_is_deleted_once() {
    let alone = Alone::new();
    alone.write("Down at six.").await;
    let delete = async |id: &str| {
        alone.ask("admin", &format!("DELETE /os-notices/{id}"), &Value::Null).await
    };
    rule("it goes", 204, delete("1").await.0);
    for id in ["1", "2", "one"] {
        let (status, document) = delete(id).await;
        rule(&format!("there is no notice {id}"), 404, status);
        let said = &document["itemNotFound"]["message"];
        let stock = "The resource could not be found.";
        rule_that("it says so in a sentence of its own", said.is_string() && said != stock, said);
    }
}

#[tokio::test]
async fn an_id_is_never_given_twice() {
    let alone = Alone::new();
    let mut given = Vec::new();
    for text in ["one", "two", "three"] {
        given.push(alone.write(text).await.1["notice"]["id"].clone());
    }
    alone.ask("admin", "DELETE /os-notices/3", &Value::Null).await;
    alone.ask("admin", "DELETE /os-notices/1", &Value::Null).await;
    given.push(alone.write("four").await.1["notice"]["id"].clone());
    rule("four notices, four ids", vec![json!(1), json!(2), json!(3), json!(4)], given);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_everybody_reads_what_the_administrator_wrote() {
    let mut conf = Conf::default();
    conf.installed.extensions.extend_from_slice(EXTENSIONS);
    let _file = ruled(&mut conf, POLICY);
    let house = House::start(conf).await;
    let wish = json!({ "notice": { "text": "Down at six." } });
    let written = house.post("/os-notices", &wish).await;
    let alice = [("x-auth-token", "alice:c0ffee")];
    let refused = house.ask(Method::POST, "/os-notices", &alice, Some(&wish)).await;
    let read = house.ask(Method::GET, "/os-notices", &alice, None).await;
    let listed = house.get("/extensions/os-notices").await;
    let flow = house.flow(written.request_id()).await;
    house.stop().await;
    rule("the administrator writes", 201, written.status);
    rule("alice may not", 403, refused.status);
    rule("alice reads", json!("Down at six."), read.json()["notices"][0]["text"].clone());
    rule("it is one of the extensions", 200, listed.status);
    rule_that(
        "the flow ends in the notices",
        flow.contains("POST /os-notices → NoticesController.create"),
        flow,
    );
}
