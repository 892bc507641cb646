//! Which images a list is to have (glance 12.0.0, `glance/api/v2/images.py`
//! `RequestDeserializer.index`, `glance/common/utils.py` `split_filter_op`).

use nova_objects::{DateTime, query::text_of};
use nova_router::ApiError;
use serde_json::Value;

/// What a query string says of the page, rather than of the images. There are never so many
/// images that their order would matter.
const PAGING: [&str; 5] = ["limit", "marker", "sort", "sort_dir", "sort_key"];

/// The most that a list has at once.
const API_LIMIT_MAX: usize = 1000;

/// The images of the page that `query` asks for.
///
/// # Errors
///
/// The limit, the marker or a moment is none: status 400.
pub(super) fn page(
    images: Vec<Value>,
    query: &[(String, String)],
) -> Result<(usize, Vec<Value>), ApiError> {
    let option = |wanted| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let limit = option("limit").map_or(Ok(API_LIMIT_MAX), |text| {
        text.parse().map_err(|_| ApiError::http(400, "limit param must be an integer"))
    })?;
    let after = match option("marker") {
        None => 0,
        Some(marker) => match images.iter().position(|image| image["id"] == marker.as_str()) {
            Some(at) => at + 1,
            None => {
                let message = format!("Image with identifier {marker} has not been found");
                return Err(ApiError::http(400, message));
            }
        },
    };
    let mut page = Vec::new();
    for image in images.into_iter().skip(after) {
        if fits_all(&image, query)? {
            page.push(image);
        }
    }
    let limit = limit.min(API_LIMIT_MAX);
    page.truncate(limit);
    Ok((limit, page))
}

fn fits_all(image: &Value, query: &[(String, String)]) -> Result<bool, ApiError> {
    for (name, value) in query {
        if !fits(image, name, value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Does the image fit the filter `name=value` of a query string? `in:` begins a list of values.
/// An image without a property fits no value of it.
fn fits(image: &Value, name: &str, value: &str) -> Result<bool, ApiError> {
    if PAGING.contains(&name) {
        return Ok(true);
    }
    if matches!(name, "created_at" | "updated_at") {
        return fits_moment(image[name].as_str().unwrap_or_default(), name, value);
    }
    let actual = text_of(&image[name]);
    Ok(match value.strip_prefix("in:") {
        Some(list) => list.split(',').any(|one| one.trim_matches('"') == actual),
        None => *value == actual,
    })
}

/// Does the moment `actual` fit `gte:2016-03-31T00:00:00Z`?
fn fits_moment(actual: &str, name: &str, value: &str) -> Result<bool, ApiError> {
    let invalid = |_| ApiError::http(400, format!("Invalid time value {value} for {name}."));
    let known = |(op, _): &(&str, &str)| matches!(*op, "eq" | "neq" | "lt" | "lte" | "gt" | "gte");
    let (op, text) = value.split_once(':').filter(known).unwrap_or(("eq", value));
    let ahead = DateTime::parse(actual)
        .and_then(|actual| Ok(actual.seconds_from(DateTime::parse(text)?)))
        .map_err(invalid)?;
    Ok(match op {
        "lt" => ahead < 0.0,
        "lte" => ahead <= 0.0,
        "gt" => ahead > 0.0,
        "gte" => ahead >= 0.0,
        "neq" => ahead != 0.0,
        _ => ahead == 0.0,
    })
}
