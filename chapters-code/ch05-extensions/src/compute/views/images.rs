//! How images are shown (`nova/api/openstack/compute/views/images.py`).

use super::Links;
use nova_objects::ImageMeta;
use serde_json::{Value, json};

/// Where clients find the image service (`nova.image.glance.generate_glance_url`).
#[derive(Clone, Debug)]
pub struct GlanceUrl(pub String);

impl Default for GlanceUrl {
    fn default() -> Self {
        Self("http://127.0.0.1:9292".into())
    }
}

/// An image in a list: its name and where to find it.
pub fn basic(links: &Links, glance: &GlanceUrl, image: &ImageMeta) -> Value {
    json!({ "id": image.id, "name": image.name, "links": image_links(links, glance, &image.id) })
}

/// An image by itself, without what extensions add.
pub fn show(links: &Links, glance: &GlanceUrl, image: &ImageMeta) -> Value {
    let mut shown = json!({
        "id": image.id,
        "name": image.name,
        "minRam": image.min_ram,
        "minDisk": image.min_disk,
        "metadata": image.metadata(),
        "created": image.properties.get("created_at"),
        "updated": image.properties.get("updated_at"),
        "status": status(&image.status),
        "progress": progress(&image.status),
        "links": image_links(links, glance, &image.id),
    });
    if let Some(uuid) = image.properties.get("instance_uuid").and_then(Value::as_str) {
        shown["server"] = json!({ "id": uuid, "links": links.pair("servers", uuid) });
    }
    shown
}

fn image_links(links: &Links, GlanceUrl(glance): &GlanceUrl, id: &str) -> Value {
    json!([
        { "rel": "self", "href": links.self_link("images", id) },
        links.bookmark("images", id),
        {
            "rel": "alternate",
            "type": "application/vnd.openstack.image",
            "href": format!("{glance}/images/{id}"),
        },
    ])
}

fn status(glance: &str) -> &'static str {
    match glance {
        "active" => "ACTIVE",
        "queued" | "saving" => "SAVING",
        "deleted" | "pending_delete" => "DELETED",
        "killed" => "ERROR",
        _ => "UNKNOWN",
    }
}

/// How much of it is there, as far as its status tells.
fn progress(glance: &str) -> i64 {
    match glance {
        "queued" => 25,
        "saving" => 50,
        "active" => 100,
        _ => 0,
    }
}
