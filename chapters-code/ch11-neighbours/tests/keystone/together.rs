//! The client asks the small Keystone, over real HTTP.

use crate::house::House;
use nova_neighbours::{KeystoneClient, keystone::Credentials};
use nova_objects::{RequestContext, Secret};
use nova_paste::server::{HttpServer, Limits};
use nova_pipeline::authtoken::identity::{AccessInfo, TokenValidator};
use std::{future, time::Duration};
use tokio::time::sleep;

/// Serves `house` until the test ends, and says where.
async fn serve(house: &House) -> String {
    let anywhere = ([127, 0, 0, 1], 0).into();
    let server = HttpServer::bind(anywhere, "keystone", Limits::default()).await.unwrap();
    let auth_url = format!("http://{}/v3", server.address());
    tokio::spawn(server.serve(house.app.clone(), future::pending()));
    auth_url
}

fn nova(password: &str) -> Credentials {
    Credentials {
        username: "nova".into(),
        password: password.into(),
        project_name: "service".into(),
        user_domain_name: "Default".into(),
        project_domain_name: "Default".into(),
    }
}

fn client(auth_url: &str, credentials: Credentials) -> KeystoneClient {
    KeystoneClient::new(auth_url, credentials, Duration::from_secs(30))
}

async fn validate(client: &KeystoneClient, token: &str) -> Option<AccessInfo> {
    client.validate(&RequestContext::default(), &Secret::from(token)).await.unwrap()
}

#[tokio::test]
async fn a_service_learns_whose_a_token_is() {
    let house = House::new();
    let client = client(&serve(&house).await, nova("nova-secret"));
    let alice = house.token("alice").await;
    let access = validate(&client, &alice).await.unwrap();
    let project = access.project.unwrap();
    assert_eq!([&*access.user.id, &*access.user.name], ["a11ce", "alice"]);
    assert_eq!([&*project.id, &*project.name, &*project.domain.id], ["c0ffee", "demo", "default"]);
    let roles: Vec<_> = access.roles.iter().map(|role| &*role.name).collect();
    assert_eq!(roles, ["member", "reader"]);
    assert_eq!(access.catalog[1].endpoints[0].url, "http://nova:8774/v2.1");

    let nobody = validate(&client, &house.token("nobody").await).await.unwrap();
    assert_eq!((nobody.project, nobody.roles.len(), nobody.catalog.len()), (None, 0, 0));
    house.about("DELETE", &alice, &alice).await;
    for token in [&*alice, "nonsense", ""] {
        assert_eq!(validate(&client, token).await, None, "{token}");
    }
}

#[tokio::test]
async fn it_goes_on_when_its_own_token_has_expired() {
    let house = House::with_tokens_for(Duration::from_secs(1));
    let client = client(&serve(&house).await, nova("nova-secret"));
    assert!(validate(&client, &house.token("alice").await).await.is_some());
    sleep(Duration::from_millis(1100)).await;
    assert!(validate(&client, &house.token("alice").await).await.is_some());
}

#[tokio::test]
async fn who_may_not_ask_is_told_so() {
    let house = House::new();
    let auth_url = serve(&house).await;
    let alice = Secret::from(house.token("alice").await);
    let bob =
        Credentials { username: "bob".into(), project_name: "other".into(), ..nova("bob-secret") };
    let elsewhere = Credentials { project_name: "demo".into(), ..nova("nova-secret") };
    let v2 = auth_url.replace("v3", "v2.0");
    for (auth_url, credentials, problem) in [
        (&auth_url, bob, "answered 403 Forbidden"),
        (&auth_url, elsewhere, "nova cannot log in: 401 Unauthorized"),
        (&auth_url, nova("wrong"), "nova cannot log in: 401 Unauthorized"),
        (&v2, nova("nova-secret"), "nova cannot log in: 404 Not Found (does auth_url end in /v3?)"),
    ] {
        let client = client(auth_url, credentials);
        let error = client.validate(&RequestContext::default(), &alice).await.unwrap_err();
        assert_eq!(error.message, format!("keystone at {auth_url}: {problem}"));
    }
}
