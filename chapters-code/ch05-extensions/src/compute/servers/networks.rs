//! Which networks a server is to be in (`ServersController._get_requested_networks`).
//!
//! There is no network service in this cloud, so no network has a name that anybody could give.
//! `none` and an empty list are what there is; `auto`, which takes whatever network is there,
//! finds none, as it does in a Nova whose network service has none for the project.

use nova_router::ApiError;
use serde_json::Value;
use uuid::Uuid;

/// Checks the `networks` of a body that its schema allows.
pub(super) fn requested_networks(networks: &Value) -> Result<(), ApiError> {
    let Some(network) = networks.as_array().and_then(|networks| networks.first()) else {
        return Ok(());
    };
    let refused = |message: String| Err(ApiError::http(400, message));
    if let Some(port) = network["port"].as_str() {
        return refused(format!("Port id {port} could not be found."));
    }
    match network["uuid"].as_str() {
        None => refused("Bad network format: missing 'uuid'".into()),
        Some(id) if Uuid::try_parse(id).is_err() => {
            refused(format!("Bad networks format: network uuid is not in proper format ({id})"))
        }
        Some(id) => refused(format!("Network {id} could not be found.")),
    }
}
