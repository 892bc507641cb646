//! Who asks, according to an identity service that a test plays.

use crate::{Failure, environ, get, header, remembering, text};
use async_trait::async_trait;
use nova_objects::{DateTime, RemoteError, RequestContext, Secret};
use nova_paste::{App, Application, Environ, Request, Response, app_fn, body};
use nova_pipeline::{
    authtoken::{
        AuthProtocol, Options,
        identity::{AccessInfo, CatalogService, Endpoint, Named, Owned, TokenValidator},
    },
    context,
    keystonecontext::NovaKeystoneContext,
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::sleep;

/// An identity service that knows the tokens `good`, `old` and `unscoped`, is away for `away`, and
/// counts what it is asked.
#[derive(Default)]
struct Identity {
    asked: AtomicUsize,
    contexts: Mutex<Vec<RequestContext>>,
}

impl Identity {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl TokenValidator for Identity {
    async fn validate(
        &self,
        context: &RequestContext,
        token: &Secret,
    ) -> Result<Option<AccessInfo>, RemoteError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.contexts.lock().unwrap().push(context.clone());
        sleep(Duration::from_millis(20)).await;
        match token.expose() {
            "good" => Ok(Some(access("jörg", 60))),
            "old" => Ok(Some(access("jörg", -1))),
            "service" => Ok(Some(access("glance", 60))),
            "unscoped" => Ok(Some(AccessInfo { project: None, ..access("jörg", 60) })),
            "odd" => {
                let access = access("admin", 60);
                let user = Owned { id: "u\r\nx".into(), ..access.user };
                Ok(Some(AccessInfo { user, ..access }))
            }
            "away" => Err(RemoteError::messaging("ConnectFailure", "no route to the token away")),
            _ => Ok(None),
        }
    }
}

/// What a token gives access to that is good for so many seconds.
fn access(name: &str, seconds: i64) -> AccessInfo {
    let domain = Named { id: "default".into(), name: "Default".into() };
    let endpoint = |interface: &str, region: &str| Endpoint {
        id: String::new(),
        interface: interface.into(),
        region: Some(region.into()),
        region_id: None,
        url: format!("http://{interface}.{region}"),
    };
    let service = |kind: &str| CatalogService {
        id: String::new(),
        kind: kind.into(),
        name: format!("the {kind}"),
        endpoints: vec![
            endpoint("public", "here"),
            endpoint("admin", "here"),
            endpoint("public", "there"),
        ],
    };
    AccessInfo {
        expires_at: DateTime::now().plus_seconds(seconds),
        user: Owned { id: format!("id-of-{name}"), name: name.into(), domain: domain.clone() },
        project: Some(Owned { id: "c0ffee".into(), name: "coffee".into(), domain }),
        roles: ["member", "Admin"].map(|name| Named { id: name.into(), name: name.into() }).into(),
        catalog: vec![service("compute"), service("volume")],
    }
}

fn filter(app: App, identity: &Arc<Identity>, options: Options) -> AuthProtocol {
    AuthProtocol::new(app, identity.clone(), options)
}

/// An app that answers all headers it was shown, as JSON.
fn telling() -> App {
    app_fn(async |request: Request| {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into();
        let pairs = request.headers().iter();
        let pairs: serde_json::Map<String, Value> =
            pairs.map(|(name, value)| (name.to_string(), text(value))).collect();
        Ok(Response::new(body(json!(pairs).to_string())))
    })
}

/// The headers that an app behind the filter is shown.
async fn shown(sent: &[(&str, &str)]) -> Result<Value, Failure> {
    let filter = filter(telling(), &Arc::default(), Options::default());
    let response = filter.call(get(sent)?).await?;
    assert_eq!(response.status(), 200);
    Ok(serde_json::from_str(&text(response).await?)?)
}

#[tokio::test]
async fn a_good_token_tells_the_app_who_asks() {
    let headers = shown(&[("x-auth-token", "good")]).await.unwrap();
    let catalog: Value =
        serde_json::from_str(headers["x-service-catalog"].as_str().unwrap()).unwrap();
    let endpoints = json!([
        { "region": "here", "publicURL": "http://public.here", "adminURL": "http://admin.here" },
        { "region": "there", "publicURL": "http://public.there" },
    ]);
    let compute = json!({ "type": "compute", "name": "the compute", "endpoints": endpoints });
    assert_eq!(catalog[0], compute, "version 2's way of writing it");
    for (name, value) in [
        ("x-identity-status", "Confirmed"),
        ("x-auth-token", "good"),
        ("x-user-id", "id-of-jörg"),
        ("x-user-name", "jörg"),
        ("x-user", "jörg"),
        ("x-user-domain-id", "default"),
        ("x-user-domain-name", "Default"),
        ("x-project-id", "c0ffee"),
        ("x-project-name", "coffee"),
        ("x-project-domain-name", "Default"),
        ("x-tenant-id", "c0ffee"),
        ("x-tenant-name", "coffee"),
        ("x-tenant", "coffee"),
        ("x-roles", "member,Admin"),
        ("x-role", "member,Admin"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
}

/// Every header by which the filters inside are told who asks.
const IDENTITY_HEADERS: [&str; 34] = [
    "x-identity-status",
    "x-user-id",
    "x-user-name",
    "x-user-domain-id",
    "x-user-domain-name",
    "x-user",
    "x-project-id",
    "x-project-name",
    "x-project-domain-id",
    "x-project-domain-name",
    "x-tenant-id",
    "x-tenant-name",
    "x-tenant",
    "x-domain-id",
    "x-domain-name",
    "x-roles",
    "x-role",
    "x-service-catalog",
    "x-service-identity-status",
    "x-service-user-id",
    "x-service-user-name",
    "x-service-user-domain-id",
    "x-service-user-domain-name",
    "x-service-project-id",
    "x-service-project-name",
    "x-service-project-domain-id",
    "x-service-project-domain-name",
    "x-service-domain-id",
    "x-service-domain-name",
    "x-service-roles",
    // Capitals are the same header; others only look alike.
    "X-USER-ID",
    "X-Roles",
    "X-Tenant-Id",
    "X-Service-Roles",
];

#[tokio::test]
async fn no_header_that_a_client_sends_changes_who_it_is() {
    let plain = shown(&[("x-auth-token", "good")]).await.unwrap();
    for forged in IDENTITY_HEADERS {
        let twice = [("x-auth-token", "good"), (forged, "forged"), (forged, "admin")];
        assert_eq!(shown(&twice).await.unwrap(), plain, "{forged}");
    }
    let mut all: Vec<(&str, &str)> =
        IDENTITY_HEADERS.iter().map(|name| (*name, "forged")).collect();
    all.push(("x-auth-token", "good"));
    assert_eq!(shown(&all).await.unwrap(), plain);
}

#[tokio::test]
async fn a_context_is_the_same_whatever_the_client_adds() {
    let context_of = async |sent: &[(&str, &str)]| {
        let (app, seen) = remembering();
        let context = Arc::new(NovaKeystoneContext::new(app, context::Options::default()));
        let filter = filter(context, &Arc::default(), Options::default());
        filter.call(get(sent).unwrap()).await.unwrap();
        let context = environ(&seen).context.unwrap();
        RequestContext { request_id: String::new(), timestamp: None, ..context }
    };
    let plain = context_of(&[("x-auth-token", "good")]).await;
    assert_eq!(plain.user_id.as_deref(), Some("id-of-jörg"));
    let lookalikes = ["x_user_id", "x_roles", "x_tenant_id", "x-user-id ", "http-x-user-id"];
    for forged in IDENTITY_HEADERS.iter().chain(&lookalikes) {
        let Ok(name) = http::HeaderName::try_from(*forged) else { continue };
        let sent = [("x-auth-token", "good"), (name.as_str(), "admin")];
        assert_eq!(context_of(&sent).await, plain, "{forged}");
    }
}

#[tokio::test]
async fn who_has_no_good_token_is_told_where_to_log_in() {
    let identity = Arc::default();
    let auth_uri = "http://keystone:5000/v3".to_owned();
    let filter = filter(telling(), &identity, Options { auth_uri, ..Options::default() });
    for (sent, questions) in [
        (&[][..], 0),
        (&[("x-user-id", "me"), ("x-roles", "admin")], 0),
        (&[("authorization", "Bearer good")], 0),
        (&[("x-auth-token", "")], 1),
        (&[("x-auth-token", "bad")], 1),
        (&[("x-auth-token", "bad"), ("x-storage-token", "good")], 1),
        (&[("x-auth-token", "good "), ("x-auth-token", "good")], 1),
        (&[("x-auth-token", "old")], 1),
    ] {
        let before = identity.asked();
        let response = filter.call(get(sent).unwrap()).await.unwrap();
        assert_eq!(response.status(), 401, "{sent:?}");
        let challenge = header(response.headers(), "www-authenticate");
        assert_eq!(challenge, Some("Keystone uri='http://keystone:5000/v3'"), "{sent:?}");
        assert_eq!(text(response).await.unwrap(), "Authentication required");
        assert_eq!(identity.asked() - before, questions, "{sent:?}");
    }
}

#[tokio::test]
async fn if_nobody_can_say_who_asks_nobody_gets_in() {
    for delay_auth_decision in [false, true] {
        let options = Options { delay_auth_decision, ..Options::default() };
        let filter = AuthProtocol::new(telling(), Arc::<Identity>::default(), options);
        let response = filter.call(get(&[("x-auth-token", "away")]).unwrap()).await.unwrap();
        assert_eq!(response.status(), 503);
        assert!(!text(response).await.unwrap().contains("route"), "the reason is the log's");
    }
}

#[tokio::test]
async fn a_refusal_from_inside_tells_where_to_log_in_too() {
    let refusing = app_fn(async |_| {
        let response = http::Response::builder().status(401).body(body("policy"));
        response.map_err(|error| nova_paste::Raised::new("HTTPError", error.to_string()))
    });
    let filter = filter(refusing, &Arc::default(), Options::default());
    let response = filter.call(get(&[("x-auth-token", "good")]).unwrap()).await.unwrap();
    let challenge = header(response.headers(), "www-authenticate");
    assert_eq!(challenge, Some("Keystone uri='http://127.0.0.1:5000/v3'"));
}

#[tokio::test]
async fn a_request_can_be_left_for_the_app_to_refuse() {
    let options = Options { delay_auth_decision: true, ..Options::default() };
    let filter = filter(telling(), &Arc::default(), options);
    for sent in [&[][..], &[("x-auth-token", "bad")], &[("x-user-id", "forged")]] {
        let response = filter.call(get(sent).unwrap()).await.unwrap();
        let headers: Value = serde_json::from_str(&text(response).await.unwrap()).unwrap();
        assert_eq!(headers["x-identity-status"], "Invalid", "{sent:?}");
        assert_eq!(headers["x-user-id"], Value::Null, "{sent:?}");
    }
}

#[tokio::test]
async fn a_service_that_asks_for_a_user_shows_a_token_of_its_own() {
    let sent = [("x-auth-token", "good"), ("x-service-token", "service")];
    let headers = shown(&sent).await.unwrap();
    assert_eq!(headers["x-user-name"], "jörg");
    assert_eq!(headers["x-service-user-name"], "glance");
    assert_eq!(headers["x-service-identity-status"], "Confirmed");

    let filter = filter(telling(), &Arc::default(), Options::default());
    for (user, service) in [("good", "bad"), ("bad", "service"), ("good", "old")] {
        let sent = [("x-auth-token", user), ("x-service-token", service)];
        let response = filter.call(get(&sent).unwrap()).await.unwrap();
        assert_eq!(response.status(), 401, "{sent:?}");
    }
}

#[tokio::test]
async fn a_good_answer_is_remembered_for_a_while_and_a_bad_one_is_not() {
    let identity = Arc::default();
    let token_cache_time = Duration::from_millis(200);
    let filter = filter(telling(), &identity, Options { token_cache_time, ..Options::default() });
    let send = async |token| filter.call(get(&[("x-auth-token", token)]).unwrap()).await.unwrap();
    for (token, questions) in [("good", 1), ("good", 0), ("bad", 1), ("bad", 1), ("good", 0)] {
        let before = identity.asked();
        send(token).await;
        assert_eq!(identity.asked() - before, questions, "{token}");
    }
    sleep(token_cache_time).await;
    let before = identity.asked();
    send("good").await;
    assert_eq!(identity.asked() - before, 1, "too old");
}

#[tokio::test]
async fn nothing_is_remembered_for_no_time_at_all() {
    let identity = Arc::default();
    let token_cache_time = Duration::ZERO;
    let filter = filter(telling(), &identity, Options { token_cache_time, ..Options::default() });
    for _ in 0..3 {
        filter.call(get(&[("x-auth-token", "good")]).unwrap()).await.unwrap();
    }
    assert_eq!(identity.asked(), 3);
}

#[tokio::test]
async fn of_many_with_the_same_new_token_one_asks() {
    let identity = Arc::default();
    let filter = Arc::new(filter(telling(), &identity, Options::default()));
    for (token, status, questions) in [("good", 200, 1), ("bad", 401, 1), ("away", 503, 1)] {
        let before = identity.asked();
        let asked = (0..20).map(|_| {
            let filter = Arc::clone(&filter);
            let request = get(&[("x-auth-token", token)]).unwrap();
            tokio::spawn(async move { filter.call(request).await.unwrap().status().as_u16() })
        });
        for answer in asked.collect::<Vec<_>>() {
            assert_eq!(answer.await.unwrap(), status, "{token}");
        }
        assert_eq!(identity.asked() - before, questions, "{token}");
    }
}

#[tokio::test]
async fn the_identity_service_is_asked_for_the_request_that_is_at_hand() {
    let identity: Arc<Identity> = Arc::default();
    let filter = filter(telling(), &identity, Options::default());
    let mut request = get(&[("x-auth-token", "good")]).unwrap();
    Environ::of_mut(&mut request).request_id = Some("req-1".into());
    filter.call(request).await.unwrap();
    let contexts = identity.contexts.lock().unwrap();
    assert_eq!(contexts[0].request_id, "req-1");
    assert_eq!(contexts[0].auth_token, None, "as whom, is the client's business");
}

#[tokio::test]
async fn an_id_that_no_header_can_carry_is_nobodys() {
    let filter = filter(telling(), &Arc::default(), Options::default());
    let response = filter.call(get(&[("x-auth-token", "odd")]).unwrap()).await.unwrap();
    assert_eq!(response.status(), 401, "its name would be taken for its id");
}
