//! What the body of `POST /servers` asks for (`ServersController.create`).

use crate::compute_api::CreateRequest;
use nova_objects::query::text_of;
use nova_router::ApiError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where a body may have its hints for the scheduler.
const SCHEDULER_HINTS: [&str; 2] = ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"];

/// The administrator's password that a body asks for, or one made up.
pub(super) fn admin_password(body: &Value) -> String {
    let wanted = body["server"]["adminPass"].as_str().map(str::to_owned);
    wanted.unwrap_or_else(|| Uuid::new_v4().simple().to_string()[..12].to_owned())
}

/// Reads a body that its schema allows.
pub(super) fn create_request(body: &Value) -> Result<CreateRequest, ApiError> {
    let server = &body["server"];
    let text = |field: &str| server[field].as_str().map(str::to_owned);
    let (min_count, max_count) = counts(server)?;
    let hints = SCHEDULER_HINTS.iter().find_map(|name| body[*name].as_object());
    Ok(CreateRequest {
        name: text("name").unwrap_or_default().trim().to_owned(),
        flavor_ref: last_segment(&text_of(&server["flavorRef"])).to_owned(),
        image_ref: image_ref(server)?,
        min_count,
        max_count,
        availability_zone: text("availability_zone"),
        metadata: fields(server["metadata"].as_object(), |value| text_of(value).into_owned()),
        access_ip_v4: text("accessIPv4"),
        access_ip_v6: text("accessIPv6"),
        scheduler_hints: fields(hints, texts),
    })
}

/// How many servers, at least and at most. They come as numbers or as digits.
fn counts(server: &Value) -> Result<(i64, i64), ApiError> {
    // More than an i64 holds is more than any quota; a cast from f64 stops at the largest.
    let count = |field: &str| text_of(&server[field]).parse().ok().map(|count: f64| count as i64);
    let min = count("min_count").unwrap_or(1);
    let max = count("max_count").unwrap_or(min);
    if min > max {
        return Err(ApiError::http(400, "min_count must be <= max_count"));
    }
    if min > MOST {
        return Err(ApiError::http(400, format!("min_count must be <= {MOST}")));
    }
    Ok((min, max.min(MOST)))
}

/// So many servers one request may make, where no quota says less. Nova knows no such bound.
const MOST: i64 = 1000;

/// The image's UUID: `imageRef` may be a URL that ends in it.
fn image_ref(server: &Value) -> Result<String, ApiError> {
    let Some(reference) = server["imageRef"].as_str().filter(|text| !text.is_empty()) else {
        return Err(ApiError::http(400, "Missing imageRef attribute"));
    };
    match Uuid::try_parse(last_segment(reference)) {
        Ok(uuid) => Ok(uuid.to_string()),
        Err(_) => Err(ApiError::http(400, "Invalid imageRef provided.")),
    }
}

fn last_segment(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

fn fields<T>(object: Option<&Map<String, Value>>, read: fn(&Value) -> T) -> BTreeMap<String, T> {
    object.into_iter().flatten().map(|(name, value)| (name.clone(), read(value))).collect()
}

/// A hint is one text or a list of them.
fn texts(value: &Value) -> Vec<String> {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    values.iter().map(|value| text_of(value).into_owned()).collect()
}
