//! Files to be put into the guest (`nova/api/openstack/compute/personality.py`).

use crate::{
    compute_api::InjectedFile,
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::Client,
};
use serde_json::{Value, json};

/// The extension `os-personality`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("personality", "nova.api.openstack.compute.personality:Personality", |_| {
        Ok(V21ApiExtension::new("Personality", "os-personality", "Personality support.")
            .server_create(ServerPart::new(schema, |wish, create| {
                create.injected_files = files(wish);
                Ok(())
            }))
            .server_rebuild(ServerPart::new(schema, |wish, rebuild| {
                rebuild.injected_files = files(wish);
                Ok(())
            })))
    });

fn schema(_: Client) -> Value {
    json!({
        "personality": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": { "type": "string" },
                    "contents": { "type": "string", "format": "base64" },
                },
                "required": ["path", "contents"],
                "additionalProperties": false,
            },
        },
    })
}

fn files(wish: ServerBody<'_>) -> Vec<InjectedFile> {
    let files = wish.server["personality"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    files
        .iter()
        .map(|file| InjectedFile { path: text(&file["path"]), contents: text(&file["contents"]) })
        .collect()
}
