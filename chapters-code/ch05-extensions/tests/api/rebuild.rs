//! Making a server again.

use crate::house::{House, IMAGE, image};
use nova_objects::{ImageMeta, Instance};
use serde_json::{Value, json};

const OTHER: &str = "33333333-3333-3333-3333-333333333333";

fn rebuild(fields: Value) -> Value {
    let mut rebuild = json!({ "imageRef": OTHER });
    let Value::Object(fields) = fields else { panic!("{fields}") };
    rebuild.as_object_mut().unwrap().extend(fields);
    json!({ "rebuild": rebuild })
}

async fn with_images() -> House {
    let other = ImageMeta { properties: [("kernel_id".into(), json!("k"))].into(), ..image(OTHER) };
    let queued = ImageMeta { status: "queued".into(), ..image(&OTHER.replace('3', "4")) };
    let large = ImageMeta { min_disk: 2, ..image(&OTHER.replace('3', "5")) };
    let hungry = ImageMeta { min_ram: 1024, ..image(&OTHER.replace('3', "6")) };
    House::with(vec![image(IMAGE), other, queued, large, hungry], |plugs| plugs).await
}

#[tokio::test]
async fn a_server_is_made_again_as_its_owner_wishes() {
    let house = with_images().await;
    let instance = house.server("web", |instance| {
        instance.display_description = Some("before".into());
        instance.metadata = [("a".to_owned(), "b".to_owned())].into();
        instance.access_ip_v6 = Some("::1".into());
        instance.system_metadata = [("image_os_type", "linux"), ("old_vm_state", "active")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
    });
    let instance = instance.await;
    let wish = rebuild(json!({
        "name": "new",
        "adminPass": "seekr3t",
        "metadata": { "c": "d" },
        "accessIPv4": "10.0.0.1",
        "OS-DCF:diskConfig": "MANUAL",
        "personality": [{ "path": "/etc/motd", "contents": "aGkK" }],
    }));
    let answer = house.act("alice", &instance, wish).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let url = format!("http://v2.example:8774/v2.1/servers/{}", instance.uuid);
    assert_eq!(answer.location.as_deref(), Some(&*url));
    let server = &answer.body["server"];
    for (key, value) in [
        ("name", json!("new")),
        ("status", json!("REBUILD")),
        ("metadata", json!({ "c": "d" })),
        ("adminPass", json!("seekr3t")),
        ("accessIPv4", json!("10.0.0.1")),
        ("accessIPv6", json!("::1")),
        ("OS-DCF:diskConfig", json!("MANUAL")),
    ] {
        assert_eq!(server[key], value, "{key}");
    }
    assert_eq!(server["image"]["id"], OTHER);
    let row = house.row(&instance).await;
    assert_eq!(row.kernel_id.as_deref(), Some("k"));
    let notes: Vec<_> =
        row.system_metadata.iter().map(|(name, value)| (&**name, &**value)).collect();
    let of_image = [("image_kernel_id", "k"), ("image_min_disk", "1"), ("image_min_ram", "0")];
    assert_eq!(notes, [&of_image[..], &[("old_vm_state", "active")]].concat());
    assert_eq!(row.display_description.as_deref(), Some("before"), "nothing was said of it");
    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!(
        (&sent.args["image_ref"], &sent.args["orig_image_ref"]),
        (&json!(OTHER), &json!(IMAGE))
    );
    assert_eq!(house.actions().await, ["rebuild"]);
}

#[tokio::test]
async fn what_is_not_said_stays_and_a_password_is_made_up() {
    let house = with_images().await;
    let instance = house.server("web", |_| ()).await;
    let image_ref = format!("http://glance.example/images/{OTHER}");
    let answer = house.act("alice", &instance, rebuild(json!({ "imageRef": image_ref }))).await;
    assert_eq!(answer.body["server"]["name"], "web");
    assert_eq!(answer.body["server"]["adminPass"].as_str().unwrap().len(), 12);
}

#[tokio::test]
async fn a_description_can_be_given_since_2_19() {
    let house = with_images().await;
    for (description, shown) in [(json!("after"), json!("after")), (json!(null), json!(null))] {
        let before = |instance: &mut Instance| instance.display_description = Some("before".into());
        let instance = house.server("web", before).await;
        let wish = rebuild(json!({ "description": description }));
        let answer = house.act("alice@2.19", &instance, wish.clone()).await;
        assert_eq!(answer.body["server"]["description"], shown);
        assert_eq!(house.act("alice@2.18", &instance, wish).await.status, 400);
    }
}

#[tokio::test]
async fn an_image_that_cannot_be_booted_is_refused_and_nothing_happens() {
    let house = with_images().await;
    let instance = house.server("web", |_| ()).await;
    for (digit, message) in [
        ("9", "Cannot find image for rebuild"),
        ("4", "Image 44444444-4444-4444-4444-444444444444 is not active."),
        (
            "5",
            "Flavor's disk is too small for requested image. \
             Flavor disk is 1073741824 bytes, minimum size is 2147483648 bytes.",
        ),
        ("6", "Flavor's memory is too small for requested image."),
    ] {
        let wish = rebuild(json!({ "imageRef": OTHER.replace('3', digit) }));
        let answer = house.act("alice", &instance, wish).await;
        assert_eq!(answer.fault(), (400, "badRequest", message));
    }
    assert_eq!(house.row(&instance).await, instance);
    assert!(house.sockets.sent().is_empty() && house.actions().await.is_empty());
}

#[tokio::test]
async fn it_gets_no_more_notes_and_files_than_a_new_server() {
    let house = with_images().await;
    let instance = house.server("web", |_| ()).await;
    let notes: serde_json::Map<_, _> =
        (0..129).map(|number| (format!("k{number}"), json!("v"))).collect();
    let file = |path: String, contents: &str| json!({ "path": path, "contents": contents });
    let files: Vec<_> = (0..6).map(|number| file(format!("/f{number}"), "aGkK")).collect();
    let long = file("/f".into(), &"aGkK".repeat(5000));
    for fields in [
        json!({ "metadata": notes }),
        json!({ "personality": files }),
        json!({ "personality": [long] }),
    ] {
        let answer = house.act("alice", &instance, rebuild(fields)).await;
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    assert_eq!(house.row(&instance).await.task_state, None);
}
