//! Several servers at once (`nova/api/openstack/compute/multiple_create.py`).

use super::options::is_true;
use crate::{
    compute_api::CreateRequest,
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::parameter_types::positive_integer,
};
use nova_objects::query::text_of;
use nova_router::ApiError;
use serde_json::json;

/// The extension `os-multiple-create`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "multiple_create",
    "nova.api.openstack.compute.multiple_create:MultipleCreate",
    |_| {
        let about = "Allow multiple create in the Create Server v2.1 API.";
        Ok(V21ApiExtension::new("MultipleCreate", "os-multiple-create", about).server_create(
            ServerPart::new(
                |_| {
                    json!({
                        "min_count": positive_integer(),
                        "max_count": positive_integer(),
                        "return_reservation_id": crate::validation::parameter_types::boolean(),
                    })
                },
                counts,
            ),
        ))
    },
);

/// So many servers one request may make, where no quota says less. Nova knows no such bound.
const MOST: i64 = 1000;

/// How many, at least and at most. They come as numbers or as digits.
fn counts(wish: ServerBody<'_>, create: &mut CreateRequest) -> Result<(), ApiError> {
    let count = |field: &str| text_of(&wish.server[field]).parse::<i64>().ok();
    let min = count("min_count").unwrap_or(1);
    let max = count("max_count").unwrap_or(min);
    if min > max {
        return Err(ApiError::http(400, "min_count must be <= max_count"));
    }
    if min > MOST {
        return Err(ApiError::http(400, format!("min_count must be <= {MOST}")));
    }
    (create.min_count, create.max_count) = (min, max.min(MOST));
    create.return_reservation_id = is_true(&wish.server["return_reservation_id"]);
    Ok(())
}
