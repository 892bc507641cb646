//! `/images`.

use crate::house::{House, PROJECT};
use nova_objects::ImageMeta;
use serde_json::{Value, json};

const CIRROS: &str = "11111111-1111-1111-1111-111111111111";
const SNAPSHOT: &str = "22222222-2222-2222-2222-222222222222";
const SERVER: &str = "33333333-3333-3333-3333-333333333333";

fn images() -> Vec<ImageMeta> {
    let image = |value: Value| serde_json::from_value(value).unwrap();
    vec![
        image(json!({
            "id": CIRROS, "name": "cirros", "status": "active", "size": 1024, "min_ram": 64,
            "visibility": "public", "owner": "someone", "architecture": "x86_64",
            "auto_disk_config": "True", "created_at": "2016-03-31T00:00:00Z",
            "updated_at": "2016-04-01T00:00:00Z",
        })),
        image(json!({
            "id": SNAPSHOT, "name": "backup", "status": "queued", "instance_uuid": SERVER,
        })),
    ]
}

async fn house() -> House {
    House::with(images(), |plugs| plugs).await
}

fn links(id: &str) -> Value {
    let (host, glance) = ("http://v2.example:8774", "http://127.0.0.1:9292");
    json!([
        { "rel": "self", "href": format!("{host}/v2.1/{PROJECT}/images/{id}") },
        { "rel": "bookmark", "href": format!("{host}/{PROJECT}/images/{id}") },
        {
            "rel": "alternate",
            "type": "application/vnd.openstack.image",
            "href": format!("{glance}/images/{id}"),
        },
    ])
}

#[tokio::test]
async fn an_image_is_shown_as_nova_shows_images() {
    let house = house().await;
    let shown = house.get("alice", &format!("/v2.1/{PROJECT}/images/{CIRROS}")).await;
    let cirros = json!({
        "id": CIRROS, "name": "cirros", "status": "ACTIVE", "progress": 100,
        "minRam": 64, "minDisk": 0, "OS-EXT-IMG-SIZE:size": 1024, "OS-DCF:diskConfig": "AUTO",
        "created": "2016-03-31T00:00:00Z", "updated": "2016-04-01T00:00:00Z",
        "metadata": { "architecture": "x86_64", "auto_disk_config": "True" },
        "links": links(CIRROS),
    });
    assert_eq!(shown.body, json!({ "image": cirros }));
    let list = house.get("alice", &format!("/v2.1/{PROJECT}/images/detail")).await;
    assert_eq!(list.body["images"][0], cirros);
    let queued = &list.body["images"][1];
    assert_eq!((&queued["status"], &queued["progress"]), (&json!("SAVING"), &json!(25)));
    assert_eq!(queued["OS-EXT-IMG-SIZE:size"], 0);
    assert_eq!(queued.get("OS-DCF:diskConfig"), None);
    let url = format!("http://v2.example:8774/v2.1/{PROJECT}/servers/{SERVER}");
    let server = &queued["server"];
    assert_eq!((&server["id"], &server["links"][0]["href"]), (&json!(SERVER), &json!(url)));
}

#[tokio::test]
async fn a_list_has_names_links_and_pages() {
    let house = house().await;
    let list = house.get("alice", &format!("/v2.1/{PROJECT}/images?limit=1")).await;
    let next = format!("http://v2.example:8774/v2.1/{PROJECT}/images?limit=1&marker={CIRROS}");
    let expected = json!({
        "images": [{ "id": CIRROS, "name": "cirros", "links": links(CIRROS) }],
        "images_links": [{ "rel": "next", "href": next }],
    });
    assert_eq!(list.body, expected);
    let bad = house.get("alice", "/v2.1/images?limit=x").await;
    let text = "Invalid input received: limit must be an integer";
    assert_eq!(bad.fault(), (400, "badRequest", text));
}

#[tokio::test]
async fn filters_go_to_the_image_service_under_its_own_names() {
    let house = house().await;
    for (query, filters) in [
        ("", json!({})),
        ("name=cirros&colour=red", json!({ "name": "cirros" })),
        ("status=ACTIVE&type=snapshot", json!({ "status": "active", "image_type": "snapshot" })),
        ("minRam=64&minDisk=1", json!({ "min_ram": "64", "min_disk": "1" })),
        ("changes-since=2016-01-01", json!({ "updated_at": "gte:2016-01-01" })),
        ("property-os=linux", json!({ "os": "linux" })),
        ("server=http://nova/servers/x", json!({ "instance_uuid": "x" })),
        ("property-instance_uuid=x", json!({ "instance_uuid": "x" })),
    ] {
        house.get("alice", &format!("/v2.1/images?{query}")).await;
        let [sent] = &house.sockets.sent()[..] else { panic!("one question: {query}") };
        assert_eq!((&*sent.to, &sent.args), ("glance", &filters), "{query}");
    }
}

#[tokio::test]
async fn an_image_is_deleted_once() {
    let house = house().await;
    let line = format!("DELETE /v2.1/images/{CIRROS}");
    assert_eq!(house.ask("alice", &line, None).await.status, 204);
    let gone = (404, "itemNotFound", "Image not found.");
    assert_eq!(house.ask("alice", &line, None).await.fault(), gone);
    assert_eq!(house.get("alice", &format!("/v2.1/images/{CIRROS}")).await.fault(), gone);
}

#[tokio::test]
async fn newer_clients_ask_the_image_service_itself() {
    let house = house().await;
    for (line, last) in [
        ("GET /v2.1/images", 35),
        ("GET /v2.1/images/detail", 35),
        (&*format!("GET /v2.1/images/{CIRROS}"), 35),
        (&*format!("GET /v2.1/images/{CIRROS}/metadata"), 38),
        (&*format!("GET /v2.1/images/{CIRROS}/metadata/architecture"), 38),
    ] {
        for (minor, status) in [(last, 200), (last + 1, 404)] {
            let answer = house.ask(&format!("alice@2.{minor}"), line, None).await;
            assert_eq!(answer.status, status, "{line} 2.{minor}");
        }
    }
}
