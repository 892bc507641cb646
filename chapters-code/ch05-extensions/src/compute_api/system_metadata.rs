//! What Nova notes of an image, for it may be gone when somebody asks (`nova/utils.py`
//! `get_system_metadata_from_image`).

use nova_objects::{Flavor, ImageMeta, Instance};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the names of these notes begin with.
const SM_IMAGE_PROP_PREFIX: &str = "image_";

/// What is too long to be noted.
const SM_SKIP_KEYS: [&str; 4] =
    ["mappings", "block_device_mapping", "img_mappings", "img_block_device_mapping"];

/// So many bytes of a value are noted.
const LONGEST: usize = 255;

/// The notes on an instance of `flavor` that is made from `image`: what people wrote on the image,
/// and what it needs. No API shows them.
pub(super) fn from_image(image: &ImageMeta, flavor: &Flavor) -> BTreeMap<String, String> {
    let own = image.metadata().into_iter();
    let own = own.filter(|(name, _)| !SM_SKIP_KEYS.contains(&name.as_str()));
    let own = own.map(|(name, value)| (name, text_of(value)));
    let needs = [
        ("min_ram", Some(image.min_ram.to_string())),
        ("min_disk", Some(image.min_disk.max(flavor.root_gb).to_string())),
        ("disk_format", image.disk_format.clone()),
        ("container_format", image.container_format.clone()),
    ];
    let needs = needs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let prefixed = |(name, value)| (format!("{SM_IMAGE_PROP_PREFIX}{name}"), value);
    own.chain(needs).map(prefixed).collect()
}

/// Notes `image` instead of the one that the instance was made from before
/// (`_reset_image_metadata`).
pub(super) fn reset_image(instance: &mut Instance, image: &ImageMeta) {
    let notes = from_image(image, &instance.flavor);
    instance.system_metadata.retain(|name, _| !name.starts_with(SM_IMAGE_PROP_PREFIX));
    instance.system_metadata.extend(notes);
}

fn text_of(value: Value) -> String {
    let mut text = match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}
