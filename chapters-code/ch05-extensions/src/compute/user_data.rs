//! What the guest may read of its owner's wishes (`nova/api/openstack/compute/user_data.py`).

use crate::extension::{ExtensionEntryPoint, ServerPart, V21ApiExtension, entry_point};
use serde_json::json;

/// The extension `os-user-data`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "user_data",
    "nova.api.openstack.compute.user_data:UserData",
    |_| {
        let about = "Add user_data to the Create Server API.";
        Ok(V21ApiExtension::new("UserData", "os-user-data", about).server_create(ServerPart::new(
            |_| json!({ "user_data": { "type": "string", "format": "base64", "maxLength": 65535 } }),
            |wish, create| {
                create.user_data = wish.text("user_data");
                Ok(())
            },
        )))
    },
);
