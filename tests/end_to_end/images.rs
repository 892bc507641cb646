//! What is left of images.

use crate::{
    client::{ADMIN, Client},
    house::{eventually, noauth2, tiny},
};
use mini_nova::Cloud;
use serde_json::json;
use std::path::Path;

/// A cloud that keeps what it has in `folder`, and its administrator.
async fn cloud(folder: &Path) -> (Cloud, Client) {
    let mut conf = noauth2();
    conf.keep_state_in(folder).unwrap();
    let cloud = Cloud::builder(conf).free_ports().start().await.unwrap();
    let admin = Client::new(cloud.compute_endpoint()).with_token(ADMIN);
    (cloud, admin)
}

#[tokio::test]
async fn an_image_of_a_server_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (first, admin) = cloud(folder.path()).await;
    let id = admin.boot(&tiny("imaged")).await;
    admin.settled(&id).await;
    let wish = json!({ "createImage": { "name": "copy", "metadata": { "why": "to keep it" } } });
    let accepted = admin.post(&format!("/servers/{id}/action"), &wish).await;
    let path = format!("/images/{}", accepted.header("location").rsplit('/').next().unwrap());
    eventually("the image is filled", async || {
        let image = admin.get(&path).await.json(200);
        (image["image"]["status"] == "ACTIVE").then_some(())
    })
    .await;
    admin.settled(&id).await;
    let said = admin.get(&path).await.json(200)["image"]["metadata"].clone();
    assert_eq!(said["why"], "to keep it");
    first.stop().await;

    let (second, admin) = cloud(folder.path()).await;
    assert_eq!(admin.get(&path).await.json(200)["image"]["metadata"], said);
    let glance = Client::new(&second.neighbours().image);
    let header = [("x-tenant-id", "x"), ("x-roles", "admin")];
    let data = glance.send(http::Method::GET, &format!("/v2{path}/file"), &header, "").await;
    assert!(data.body.starts_with("the disk of instance-"), "{}", data.body);
    second.stop().await;
}
