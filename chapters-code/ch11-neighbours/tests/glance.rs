//! The small Glance, asked from outside.

use http_body_util::BodyExt;
use nova_neighbours::glance::{self, CIRROS, Image};
use nova_paste::{Environ, Request, body};
use serde_json::{Value, json};
use std::error::Error;

type Failure = Box<dyn Error + Send + Sync>;

/// What Glance answers to a GET of `url`: status, content type, body.
async fn get(url: &str) -> Result<(u16, String, Vec<u8>), Failure> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut request = Request::new(body(""));
    let environ = Environ::of_mut(&mut request);
    (environ.url_scheme, environ.host) = ("http".into(), "glance:9292".into());
    (environ.path_info, environ.query_string) = (path.into(), query.into());
    let response = glance::app()?.call(request).await?;
    let content_type = response.headers()["content-type"].to_str()?.to_owned();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await?.to_bytes();
    Ok((status, content_type, bytes.to_vec()))
}

async fn json(url: &str) -> Result<(u16, Value), Failure> {
    let (status, content_type, bytes) = get(url).await?;
    assert!(content_type.starts_with("application/json"), "{url}: {content_type}");
    Ok((status, serde_json::from_slice(&bytes)?))
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
        (&*format!("marker={CIRROS}"), 0),
    ] {
        let (status, list) = json(&format!("/v2/images?{query}")).await.unwrap();
        assert_eq!((status, list["images"].as_array().unwrap().len()), (200, count), "{query}");
    }
}

#[tokio::test]
async fn an_image_says_what_it_is_and_where_its_data_are() {
    let (status, image) = json(&format!("/v2/images/{CIRROS}")).await.unwrap();
    assert_eq!((status, &image), (200, &Image::cirros().show()));
    let (status, content_type, data) = get(image["file"].as_str().unwrap()).await.unwrap();
    assert_eq!((status, &*content_type), (200, "application/octet-stream"));
    assert_eq!(json!(data.len()), image["size"]);
    assert_eq!(data, Image::cirros().data);
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
