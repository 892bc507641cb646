//! Who gets in, where tokens are checked.

use crate::{
    client::{Answer, Client},
    house::{House, tiny},
};
use http::Method;
use mini_nova::{Conf, conf::Endpoint, wiring::REGION};
use nova_neighbours::keystone::{self, Identities, catalog};
use nova_paste::{
    App,
    server::{HttpServer, Limits},
};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

/// Logs in at `identity`, and gives the answer with the token.
async fn log_in(identity: &str, name: &str, password: &str) -> Answer {
    let domain = json!({ "name": "Default" });
    let user = json!({ "name": name, "password": password, "domain": domain });
    let project = json!({ "name": name, "domain": domain });
    let wish = json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } },
        "scope": { "project": project },
    }});
    Client::new(identity).post("/auth/tokens", &wish).await
}

async fn token(identity: &str, name: &str) -> String {
    let answer = log_in(identity, name, &format!("{name}-secret")).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.header("x-subject-token").to_owned()
}

impl House {
    /// A cloud that asks its own identity service.
    async fn with_keystone(conf: Conf) -> Self {
        assert_eq!(conf.pipeline.auth_strategy, "keystone", "as it is by default");
        Self::configured_by(conf).await
    }

    fn identity(&self) -> String {
        self.cloud().neighbours().identity.clone().unwrap()
    }

    async fn user(&self, name: &str) -> Client {
        let token = token(&self.identity(), name).await;
        Client::new(self.cloud().compute_endpoint()).with_token(&token)
    }
}

#[tokio::test]
async fn who_logs_in_gets_in_as_who_he_is() {
    let house = House::with_keystone(Conf::default()).await;
    let (admin, demo) = (house.user("admin").await, house.user("demo").await);
    let id = demo.boot(&tiny("mine")).await;
    let server = demo.settled(&id).await;
    assert_eq!(server["status"], "ACTIVE");
    assert_eq!(server["OS-EXT-SRV-ATTR:host"], Value::Null, "not for users to know");
    let keystone = Client::new(&house.identity()).with_token(demo.token());
    let path = format!("/projects/{}", server["tenant_id"].as_str().unwrap());
    assert_eq!(keystone.get(&path).await.json(200)["project"]["name"], "demo");
    let seen = admin.get("/servers/detail?all_tenants=1").await.json(200);
    assert!(seen["servers"][0]["OS-EXT-SRV-ATTR:host"].is_string(), "{seen}");
    assert_eq!(admin.get("/servers").await.json(200)["servers"], json!([]), "another project's");
    house.stop().await;
}

#[tokio::test]
async fn no_header_makes_a_user_an_administrator() {
    let house = House::with_keystone(Conf::default()).await;
    let demo = house.user("demo").await;
    let id = demo.boot(&tiny("mine")).await;
    demo.settled(&id).await;
    let other = house.user("admin").await.get("/servers").await.json(200);
    assert_eq!(other["servers"], json!([]));
    for (name, value) in [
        ("x-roles", "admin"),
        ("X-Role", "admin"),
        ("x_roles", "admin"),
        ("x-is-admin-project", "True"),
        ("x-user-id", "admin"),
        ("x-identity-status", "Confirmed"),
        ("x-service-roles", "admin"),
        ("x-tenant-id", "c0ffee"),
        ("x-project-id", "c0ffee"),
    ] {
        let path = format!("/servers/{id}");
        let shown = demo.send(Method::GET, &path, &[(name, value)], "").await.json(200);
        assert_eq!(shown["server"]["OS-EXT-SRV-ATTR:host"], Value::Null, "{name}");
        let nobody = Client::new(house.cloud().compute_endpoint());
        let refused = nobody.send(Method::GET, &path, &[(name, value)], "").await;
        assert_eq!(refused.status, 401, "{name}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_token_are_401() {
    let house = House::with_keystone(Conf::default()).await;
    let identity = house.identity();
    for (name, password) in [("admin", "wrong"), ("nobody", "x"), ("nova", "nova-secret")] {
        let refused = log_in(&identity, name, password).await;
        let message = "The request you have made requires authentication.";
        assert_eq!(refused.json(401)["error"]["message"], message, "{name}");
    }
    for token in ["wrong", "admin:abc123", ""] {
        let nobody = Client::new(house.cloud().compute_endpoint()).with_token(token);
        let refused = nobody.get("/servers").await;
        assert_eq!(refused.status, 401, "{token:?}");
        let challenge = format!("Keystone uri='{identity}'");
        assert_eq!(refused.header("www-authenticate"), challenge, "{token:?}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a_token_that_has_expired_opens_nothing_more() {
    let token_expiration = Duration::from_secs(2);
    let house = House::with_keystone(Conf { token_expiration, ..Conf::default() }).await;
    let demo = house.user("demo").await;
    assert_eq!(demo.get("/servers").await.status, 200);
    sleep(token_expiration).await;
    assert_eq!(demo.get("/servers").await.status, 401, "though the answer is remembered");
    // Nova's own token has expired as well.
    assert_eq!(house.user("demo").await.get("/servers").await.status, 200);
    house.stop().await;
}

/// A Keystone of its own, to be stopped and started.
struct Keystone {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Keystone {
    async fn start(address: SocketAddr) -> Self {
        let server = HttpServer::bind(address, "keystone", Limits::default()).await.unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.serve(Self::app(), async {
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    fn app() -> App {
        let options = keystone::Options {
            identities: Identities::built_in().unwrap(),
            catalog: catalog(REGION, &[("compute", "nova", "http://127.0.0.1:8774/v2.1")]),
            token_expiration: Duration::from_secs(60),
        };
        keystone::app(options).unwrap()
    }

    async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }
}

#[tokio::test]
async fn while_the_identity_service_is_away_only_who_is_known_gets_in() {
    let keystone = Keystone::start(([127, 0, 0, 1], 0).into()).await;
    let (address, url) = (keystone.address, format!("http://{}/v3", keystone.address));
    let mut conf = Conf::default();
    conf.keystone_authtoken.auth_url = Some(Endpoint(url.clone()));
    let house = House::with_keystone(conf).await;
    assert!(house.cloud().administrator().is_none(), "another's users are not ours to know");
    let endpoint = house.cloud().compute_endpoint();
    let known = Client::new(endpoint).with_token(&token(&url, "demo").await);
    let unknown = Client::new(endpoint).with_token(&token(&url, "admin").await);
    assert_eq!(known.get("/servers").await.status, 200);
    keystone.stop().await;
    assert_eq!(known.get("/servers").await.status, 200, "remembered");
    for token in [unknown.token(), "wrong"] {
        let refused = Client::new(endpoint).with_token(token).get("/servers").await;
        assert_eq!(refused.status, 503, "nobody can say whose it is");
        assert_eq!(refused.header("www-authenticate"), "");
    }
    // It comes back and has forgotten all tokens, Nova's own too.
    let keystone = Keystone::start(address).await;
    assert_eq!(unknown.get("/servers").await.status, 401);
    let new = Client::new(endpoint).with_token(&token(&url, "admin").await);
    assert_eq!(new.get("/servers").await.status, 200);
    house.stop().await;
    keystone.stop().await;
}

#[tokio::test]
async fn nova_has_to_know_its_own_password() {
    let mut conf = Conf::default();
    conf.keystone_authtoken.credentials.password = "hunter2".into();
    let cloud = mini_nova::Cloud::builder(conf.clone()).free_ports().start().await;
    let problem = cloud.err().unwrap().to_string();
    assert!(problem.contains("no user nova") && !problem.contains("hunter2"), "{problem}");

    let keystone = Keystone::start(([127, 0, 0, 1], 0).into()).await;
    let url = format!("http://{}/v3", keystone.address);
    conf.keystone_authtoken.auth_url = Some(Endpoint(url.clone()));
    let house = House::with_keystone(conf).await;
    let demo = Client::new(house.cloud().compute_endpoint()).with_token(&token(&url, "demo").await);
    assert_eq!(demo.get("/servers").await.status, 503, "a real one is not ours to look into");
    house.stop().await;
    keystone.stop().await;
}
