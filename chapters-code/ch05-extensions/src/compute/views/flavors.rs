//! How flavors are shown (`nova/api/openstack/compute/views/flavors.py`).

use super::Links;
use nova_objects::Flavor;
use serde_json::{Value, json};

/// A flavor in a list: its name and where to find it.
pub fn basic(links: &Links, flavor: &Flavor) -> Value {
    json!({
        "id": flavor.flavorid,
        "name": flavor.name,
        "links": links.pair("flavors", &flavor.flavorid),
    })
}

/// A flavor by itself, without what extensions add.
pub fn show(links: &Links, flavor: &Flavor) -> Value {
    let swap = if flavor.swap == 0 { json!("") } else { json!(flavor.swap) };
    json!({
        "id": flavor.flavorid,
        "name": flavor.name,
        "ram": flavor.memory_mb,
        "disk": flavor.root_gb,
        "vcpus": flavor.vcpus,
        "swap": swap,
        "OS-FLV-EXT-DATA:ephemeral": flavor.ephemeral_gb,
        "OS-FLV-DISABLED:disabled": flavor.disabled,
        "links": links.pair("flavors", &flavor.flavorid),
    })
}

/// A flavor as a server carries it since 2.47, without what extensions add.
pub fn embedded(flavor: &Flavor) -> Value {
    json!({
        "original_name": flavor.name,
        "vcpus": flavor.vcpus,
        "ram": flavor.memory_mb,
        "disk": flavor.root_gb,
        "ephemeral": flavor.ephemeral_gb,
        "swap": flavor.swap,
    })
}
