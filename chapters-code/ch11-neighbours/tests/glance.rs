//! The small Glance, asked from outside.

use http_body_util::BodyExt;
use md5::{Digest, Md5};
use nova_neighbours::{
    GlanceClient,
    glance::{self, CIRROS, cirros_disk},
};
use nova_objects::{
    ImageApi, ImageMeta, NovaException, Plugs, RequestContext, sockets::ImageQuery,
};
use nova_paste::{
    App, Environ, Request, body,
    server::{HttpServer, Limits},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, error::Error, future::pending};

type Failure = Box<dyn Error + Send + Sync>;

/// A Glance that believes whoever asks.
fn app() -> Result<App, Failure> {
    let auth_strategy = "noauth2".into();
    let options = nova_pipeline::Options { auth_strategy, ..Default::default() };
    Ok(glance::app(&glance::Options::default(), Plugs::default().plug(options))?)
}

/// What `app` answers to somebody of `project`: status, content type, body. The line is a method
/// and a URL; the body goes with its type.
async fn ask(
    app: &App,
    project: &str,
    line: &str,
    (content_type, sent): (&str, Vec<u8>),
) -> Result<(u16, String, Vec<u8>), Failure> {
    let (method, url) = line.split_once(' ').ok_or("no line")?;
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut request = Request::new(body(sent));
    *request.method_mut() = method.parse()?;
    let roles = if project == "admin" { "admin" } else { "member" };
    for (name, value) in
        [("content-type", content_type), ("x-tenant-id", project), ("x-roles", roles)]
    {
        if !value.is_empty() && !project.is_empty() {
            request.headers_mut().insert(name, value.parse()?);
        }
    }
    let environ = Environ::of_mut(&mut request);
    (environ.url_scheme, environ.host) = ("http".into(), "glance:9292".into());
    (environ.path_info, environ.query_string) = (path.into(), query.into());
    let response = app.call(request).await?;
    let content_type = response.headers()["content-type"].to_str()?.to_owned();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await?.to_bytes();
    Ok((status, content_type, bytes.to_vec()))
}

/// The same, in JSON.
async fn say(
    app: &App,
    project: &str,
    line: &str,
    content_type: &str,
    sent: Value,
) -> Result<(u16, Value), Failure> {
    let sent = (content_type, sent.to_string().into_bytes());
    let (status, _, bytes) = ask(app, project, line, sent).await?;
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}

/// What a fresh Glance answers to anybody's GET of `url`.
async fn get(url: &str) -> Result<(u16, String, Vec<u8>), Failure> {
    ask(&app()?, "", &format!("GET {url}"), ("", Vec::new())).await
}

async fn json(url: &str) -> Result<(u16, Value), Failure> {
    let (status, content_type, bytes) = get(url).await?;
    assert!(content_type.starts_with("application/json"), "{url}: {content_type}");
    Ok((status, serde_json::from_slice(&bytes)?))
}

const JSON: &str = "application/json";
const PATCH: &str = "application/openstack-images-v2.1-json-patch";

/// A new image of `project`: its path.
async fn image(app: &App, project: &str, said: Value) -> Result<String, Failure> {
    let (status, image) = say(app, project, "POST /v2/images", JSON, said).await?;
    assert_eq!(status, 201, "{image}");
    Ok(image["self"].as_str().ok_or("no path")?.to_owned())
}

#[tokio::test]
async fn the_root_offers_a_choice_of_one_version() {
    let (status, versions) = json("/").await.unwrap();
    let version = &versions["versions"][0];
    assert_eq!(
        (status, &version["id"], &version["status"]),
        (300, &json!("v2.3"), &json!("CURRENT"))
    );
    assert_eq!(version["links"][0]["href"], "http://glance:9292/v2/");
}

#[tokio::test]
async fn a_list_has_the_images_that_fit_every_filter() {
    let id = |list: &str| format!("id=in:{list}");
    for (query, count) in [
        ("", 1),
        ("name=cirros", 1),
        ("name=cirr", 0),
        (&*id(CIRROS), 1),
        (&*id(&format!("x,{CIRROS}")), 1),
        (&*id(&format!("%22x%22,%22{CIRROS}%22")), 1),
        (&*id("x,y"), 0),
        (&*id(""), 0),
        ("name=cirros&visibility=private", 0),
        ("status=active&visibility=public&min_ram=0&protected=false", 1),
        ("hw_architecture=arm", 0),
        ("limit=1&sort=name:asc", 1),
        ("limit=0", 0),
        (&*format!("marker={CIRROS}"), 0),
        ("updated_at=gte:2016-03-31T00:00:00Z", 1),
        ("updated_at=gt:2016-03-31T00:00:00Z", 0),
        ("created_at=2016-03-31T00:00:00Z", 1),
    ] {
        let (status, list) = json(&format!("/v2/images?{query}")).await.unwrap();
        assert_eq!((status, list["images"].as_array().unwrap().len()), (200, count), "{query}");
    }
}

#[tokio::test]
async fn an_image_says_what_it_is_and_where_its_data_are() {
    let (status, image) = json(&format!("/v2/images/{CIRROS}")).await.unwrap();
    let said = [&image["status"], &image["name"], &image["visibility"], &image["disk_format"]];
    assert_eq!((status, json!(said)), (200, json!(["active", "cirros", "public", "raw"])));
    let (status, content_type, data) = get(image["file"].as_str().unwrap()).await.unwrap();
    assert_eq!((status, &*content_type), (200, "application/octet-stream"));
    assert_eq!(json!(data.len()), image["size"]);
    assert_eq!(data, cirros_disk());
    let md5: String = Md5::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(image["checksum"], md5);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    for url in ["/v2/images/x", "/v2/images/x/file"] {
        let (status, fault) = json(url).await.unwrap();
        let message = "No image found with ID x";
        assert_eq!((status, &fault["itemNotFound"]["message"]), (404, &json!(message)), "{url}");
    }
    assert_eq!(get("/v2/flavors").await.unwrap().0, 404);
}

#[tokio::test]
async fn a_list_that_cannot_be_is_refused() {
    for query in ["limit=x", "limit=-1", "marker=x", "updated_at=gte:yesterday"] {
        let (status, fault) = json(&format!("/v2/images?{query}")).await.unwrap();
        assert_eq!((status, fault.get("badRequest").is_some()), (400, true), "{query}");
    }
}

#[tokio::test]
async fn a_full_page_says_where_the_next_one_is() {
    let app = app().unwrap();
    let path = image(&app, "mine", json!({ "name": "web" })).await.unwrap();
    let id = path.rsplit('/').next().unwrap();
    let mut url = "/v2/images?limit=1".to_owned();
    let mut names = Vec::new();
    while names.len() < 5 {
        let line = format!("GET {url}");
        let (_, page) = say(&app, "mine", &line, "", Value::Null).await.unwrap();
        names.extend(page["images"].as_array().unwrap().iter().map(|i| i["name"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        url = next.to_owned();
    }
    assert_eq!(names, ["web", "cirros"]);
    assert_eq!(url, format!("/v2/images?limit=1&marker={CIRROS}"));
    assert_ne!(id, CIRROS);
}

#[tokio::test]
async fn an_image_waits_for_its_data_and_takes_them_once() {
    let app = app().unwrap();
    let mut said = json!({ "name": "backup", "instance_uuid": "x", "min_disk": 1 });
    (said["disk_format"], said["container_format"]) = (json!("raw"), json!("bare"));
    let path = image(&app, "mine", said).await.unwrap();
    let show = async || say(&app, "mine", &format!("GET {path}"), "", Value::Null).await.unwrap().1;
    let queued = show().await;
    let key = |image: &Value, names: &[&str]| -> Vec<Value> {
        names.iter().map(|name| image[name].clone()).collect()
    };
    let names = ["status", "size", "owner", "visibility", "instance_uuid", "min_disk"];
    let waits = json!(["queued", null, "mine", "private", "x", 1]);
    assert_eq!(json!(key(&queued, &names)), waits);
    let file = format!("{path}/file");
    let data = ("application/octet-stream", b"disk".to_vec());
    let empty = ask(&app, "mine", &format!("GET {file}"), ("", Vec::new())).await.unwrap();
    assert_eq!((empty.0, empty.2.len()), (204, 0));
    for status in [204, 409] {
        let put = ask(&app, "mine", &format!("PUT {file}"), data.clone()).await.unwrap();
        assert_eq!(put.0, status);
    }
    assert_eq!(json!(key(&show().await, &names[..2])), json!(["active", 4]));
    let got = ask(&app, "mine", &format!("GET {file}"), ("", Vec::new())).await.unwrap();
    assert_eq!((got.0, got.2), (200, b"disk".to_vec()));
}

#[tokio::test]
async fn a_patch_changes_all_that_it_says_or_nothing() {
    let app = app().unwrap();
    let path = image(&app, "mine", json!({ "name": "web", "os": "linux" })).await.unwrap();
    let line = format!("PATCH {path}");
    let op = |op: &str, path: &str, value: Value| json!({ "op": op, "path": path, "value": value });
    let remove = |path: &str| json!({ "op": "remove", "path": path });
    for (changes, status) in [
        (json!([op("replace", "/name", json!("db")), remove("/nothing")]), 409),
        (json!([op("replace", "/colour", json!("red"))]), 409),
        (json!([op("replace", "/status", json!("active"))]), 403),
        (json!([op("add", "/owner", json!("me"))]), 403),
        (json!([op("replace", "/visibility", json!("public"))]), 403),
        (json!([remove("/name")]), 403),
        (json!([op("add", "/min_ram", json!(-1))]), 400),
        (json!([op("add", "/os", json!(1))]), 400),
        (json!([op("add", "name", json!("x"))]), 400),
        (json!([op("test", "/name", json!("web"))]), 400),
        (json!({}), 400),
    ] {
        let (answered, fault) = say(&app, "mine", &line, PATCH, changes.clone()).await.unwrap();
        assert_eq!(answered, status, "{changes}: {fault}");
    }
    let changes =
        json!(
            [op("replace", "/name", json!("db")), op("add", "/a~1b", json!("c")), remove("/os"),]
        );
    let (status, image) = say(&app, "mine", &line, PATCH, changes).await.unwrap();
    assert_eq!((status, &image["name"], &image["a/b"]), (200, &json!("db"), &json!("c")));
    assert_eq!((image.get("os"), &image["status"]), (None, &json!("queued")));
}

#[tokio::test]
async fn an_image_is_its_projects_own() {
    let app = app().unwrap();
    let path = image(&app, "mine", json!({ "name": "web" })).await.unwrap();
    let cirros = format!("/v2/images/{CIRROS}");
    let rename = json!([{ "op": "add", "path": "/name", "value": "x" }]);
    for (project, line, status) in [
        ("other", format!("GET {path}"), 404),
        ("other", format!("GET {path}/file"), 404),
        ("other", format!("PATCH {path}"), 404),
        ("other", format!("DELETE {path}"), 404),
        ("", format!("GET {path}"), 404),
        ("admin", format!("GET {path}"), 200),
        ("other", format!("GET {cirros}"), 200),
        ("other", format!("PATCH {cirros}"), 403),
        ("other", format!("DELETE {cirros}"), 403),
        ("mine", format!("DELETE {path}"), 204),
        ("mine", format!("GET {path}"), 404),
    ] {
        let content_type = if line.starts_with("PATCH") { PATCH } else { "" };
        let (answered, _) = say(&app, project, &line, content_type, rename.clone()).await.unwrap();
        assert_eq!(answered, status, "{project}: {line}");
    }
    let public = json!({ "visibility": "public" });
    for (project, status) in [("mine", 403), ("admin", 201)] {
        let made = say(&app, project, "POST /v2/images", JSON, public.clone()).await.unwrap();
        assert_eq!(made.0, status, "{project}");
    }
    let nobody = ask(&app, "", "POST /v2/images", ("", b"{}".to_vec())).await.unwrap();
    assert_eq!(nobody.0, 403);
    let kept = image(&app, "mine", json!({ "protected": true })).await.unwrap();
    let line = format!("DELETE {kept}");
    assert_eq!(say(&app, "mine", &line, "", Value::Null).await.unwrap().0, 403);
}

/// A client of a Glance of its own.
async fn client() -> Result<GlanceClient, Failure> {
    let anywhere = ([127, 0, 0, 1], 0).into();
    let server = HttpServer::bind(anywhere, "glance", Limits::default()).await?;
    let client = GlanceClient::new(&format!("http://{}", server.address()));
    tokio::spawn(server.serve(app()?, pending()));
    Ok(client)
}

fn named<const N: usize>(name: &str, metadata: [(&str, Value); N]) -> ImageMeta {
    let image = ImageMeta { name: Some(name.into()), ..ImageMeta::default() };
    image.with_metadata(metadata.map(|(key, value)| (key.to_owned(), value)).into())
}

#[tokio::test]
async fn the_client_makes_changes_and_deletes_images() {
    let (glance, mine) = (client().await.unwrap(), RequestContext::new("me", "mine"));
    let wanted = named(
        "back/up",
        [("instance_uuid", json!("x")), ("a~b", json!("1")), ("gone", Value::Null)],
    );
    let made = glance.create(&mine, wanted).await.unwrap();
    assert_eq!((&*made.status, made.name.as_deref()), ("queued", Some("back/up")));
    assert_eq!(json!(made.metadata()), json!({ "instance_uuid": "x", "a~b": "1" }));
    let metadata = BTreeMap::from([("b/c".to_owned(), json!("2"))]);
    let changed = glance.update(&mine, made.clone().with_metadata(metadata.clone())).await.unwrap();
    let changed = changed.unwrap();
    assert_eq!((changed.metadata(), &changed.name), (metadata, &made.name));
    assert_eq!(glance.get(&mine, &made.id).await.unwrap(), Some(changed.clone()));
    // Nothing to change is nothing to ask for.
    assert_eq!(glance.update(&mine, changed.clone()).await.unwrap(), Some(changed));
    assert!(glance.delete(&mine, &made.id).await.unwrap());
    assert!(!glance.delete(&mine, &made.id).await.unwrap());
    assert_eq!(glance.get(&mine, &made.id).await.unwrap(), None);
    assert_eq!(glance.update(&mine, made).await.unwrap(), None);
}

#[tokio::test]
async fn the_client_finds_images_by_what_they_say() {
    let (glance, mine) = (client().await.unwrap(), RequestContext::new("me", "mine"));
    glance.create(&mine, named("a&b", [("x&y", json!("1=2"))])).await.unwrap();
    let other = RequestContext::new("you", "other");
    for (context, filters, limit, names) in [
        (&mine, json!({}), None, &["a&b", "cirros"][..]),
        (&mine, json!({}), Some(1), &["a&b"]),
        (&mine, json!({ "x&y": "1=2" }), None, &["a&b"]),
        (&mine, json!({ "name": "a&b" }), None, &["a&b"]),
        (&mine, json!({ "status": "active", "min_ram": 0 }), None, &["cirros"]),
        (&other, json!({}), None, &["cirros"]),
        (&RequestContext::admin(), json!({}), None, &["a&b", "cirros"]),
    ] {
        let filters = serde_json::from_value(filters).unwrap();
        let query = ImageQuery { filters, limit, ..ImageQuery::default() };
        let images = glance.get_all(context, &query).await.unwrap();
        let found: Vec<&str> = images.iter().filter_map(|image| image.name.as_deref()).collect();
        assert_eq!(found, names, "{query:?}");
    }
}

#[tokio::test]
async fn what_glance_refuses_the_client_says_in_novas_words() {
    let (glance, mine) = (client().await.unwrap(), RequestContext::new("me", "mine"));
    let query = ImageQuery { marker: Some("x".into()), ..ImageQuery::default() };
    let marker = glance.get_all(&mine, &query).await.unwrap_err();
    assert_eq!((marker.code(), &*marker.message), {
        (400, "Image with identifier x has not been found")
    });
    let delete = glance.delete(&mine, CIRROS).await.unwrap_err();
    assert_eq!((delete.code(), &*delete.class), (403, "ImageNotAuthorized"));
    let cirros = glance.get(&mine, CIRROS).await.unwrap().unwrap();
    let note = BTreeMap::from([("a".to_owned(), json!("b"))]);
    let update = glance.update(&mine, cirros.with_metadata(note)).await.unwrap_err();
    let message = format!("Not authorized for image {CIRROS}.");
    assert_eq!((update.code(), update.message), (403, message));
    let bad = named("x", [("number", json!(1))]);
    assert_eq!(glance.create(&mine, bad).await.unwrap_err().code(), 400);
}
