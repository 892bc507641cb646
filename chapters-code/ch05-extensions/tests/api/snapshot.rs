//! Making an image of a server's disk.

use crate::{
    house::{House, IMAGE, plugs},
    sockets::Sent,
};
use nova_extensions::API;
use nova_objects::{ImageApi, ImageMeta, RequestContext, TaskState, sockets::ImageQuery};
use serde_json::json;
use std::collections::BTreeMap;

async fn images(house: &House) -> Vec<ImageMeta> {
    let context = RequestContext::admin();
    house.sockets.get_all(&context, &ImageQuery::default()).await.unwrap()
}

/// What hosts were told: the image service is asked by the tests themselves.
fn casts(house: &House) -> Vec<Sent> {
    house.sockets.sent().into_iter().filter(|sent| sent.to != "glance").collect()
}

#[tokio::test]
async fn an_empty_image_is_made_for_the_host_to_fill() {
    let house = House::new().await;
    for token in ["alice", "alice@2.44", "alice@2.45"] {
        let instance = house.server("web", |_| ()).await;
        let wish = json!({ "createImage": { "name": "kept", "metadata": { "image_type": "mine", "a": "b" } } });
        let answer = house.act(token, &instance, wish).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        let image = images(&house).await.pop().unwrap();
        if token == "alice@2.45" {
            assert_eq!((answer.body, answer.location), (json!({ "image_id": image.id }), None));
        } else {
            let url = format!("http://v2.example:8774/v2.1/images/{}", image.id);
            assert_eq!((answer.body, answer.location), (json!(null), Some(url)));
        }
        assert_eq!(image.name.as_deref(), Some("kept"));
        for (name, value) in [
            ("instance_uuid", instance.uuid.as_str()),
            ("base_image_ref", IMAGE),
            ("user_id", "alice"),
            ("image_type", "mine"),
            ("a", "b"),
        ] {
            assert_eq!(image.properties[name], value, "{name}");
        }
        let task = house.row(&instance).await.task_state;
        assert_eq!(task, Some(TaskState::ImageSnapshotPending));
        let [sent] = &casts(&house)[..] else { panic!() };
        assert_eq!(sent.args["image_id"], image.id);
    }
}

#[tokio::test]
async fn where_somebody_else_was_faster_no_empty_image_is_left() {
    let house = House::new().await;
    let api = API::new(&plugs(&house.store, &house.sockets)).unwrap();
    let (context, instance) = (RequestContext::admin(), house.server("web", |_| ()).await);
    api.pause(&context, instance.clone()).await.unwrap();
    let late = api.snapshot(&context, instance.clone(), "kept", BTreeMap::new()).await;
    let message = format!(
        "Cannot 'createImage' instance {} while it is in task_state pausing",
        instance.uuid
    );
    assert_eq!(late.unwrap_err().to_string(), message);
    assert_eq!(images(&house).await.len(), 1, "only the one that was there");
    assert_eq!(casts(&house).len(), 1);
}
