//! What a list of servers is searched for beyond what a database compares: patterns, and what
//! lies in another table.

use crate::{
    compute::{options::value, server_keys::is_for},
    compute_api::Filter,
};
use nova_objects::Instance;
use nova_router::{ApiError, ApiRequest, ApiVersionRequest};
use regex::Regex;

/// The filters that the request's query string asks for.
pub(super) fn filters(request: &ApiRequest) -> Result<Vec<Filter>, ApiError> {
    let mut filters: Vec<Filter> = Vec::new();
    if let Some(name) = pattern(request, "name")? {
        filters.push(Box::new(move |instance| name.is_match(&instance.display_name)));
    }
    if let Some(flavor) = value(&request.query, "flavor").map(str::to_owned) {
        filters.push(Box::new(move |instance| instance.flavor.flavorid == flavor));
    }
    let since = request.context()?.is_admin || is_for(request, ApiVersionRequest(2, 5));
    for (option, version) in [("ip", 4), ("ip6", 6)] {
        if let Some(ip) = pattern(request, option)?.filter(|_| version == 4 || since) {
            filters.push(Box::new(move |instance| has_address(instance, version, &ip)));
        }
    }
    if is_for(request, ApiVersionRequest(2, 26)) {
        filters.extend(TAGS.iter().filter_map(|(option, fits)| {
            let tags: Vec<String> =
                value(&request.query, option)?.split(',').map(str::to_owned).collect();
            Some(Box::new(move |instance: &Instance| fits(instance, &tags)) as Filter)
        }));
    }
    Ok(filters)
}

/// Does an instance with its tags fit those that are asked for?
type Fits = fn(&Instance, &[String]) -> bool;

/// `TAG_SEARCH_FILTERS`.
// ANCHOR: tags
const TAGS: [(&str, Fits); 4] = [
    ("tags", |instance, tags| tags.iter().all(|tag| instance.tags.contains(tag))),
    ("tags-any", |instance, tags| tags.iter().any(|tag| instance.tags.contains(tag))),
    ("not-tags", |instance, tags| !tags.iter().all(|tag| instance.tags.contains(tag))),
    ("not-tags-any", |instance, tags| !tags.iter().any(|tag| instance.tags.contains(tag))),
];
// ANCHOR_END: tags

fn has_address(instance: &Instance, version: u8, pattern: &Regex) -> bool {
    let ips = instance.network_info.iter().flat_map(|vif| &vif.fixed_ips);
    ips.filter(|ip| ip.version == version).any(|ip| pattern.is_match(&ip.address))
}

/// A regular expression. Mitaka lets its database choke on a bad one; this is how later releases
/// refuse it.
fn pattern(request: &ApiRequest, option: &str) -> Result<Option<Regex>, ApiError> {
    let Some(text) = value(&request.query, option) else { return Ok(None) };
    Regex::new(text).map(Some).map_err(|_| {
        let what = format!("Invalid input for query parameters {option}.");
        ApiError::http(400, format!("{what} Value: {text}. '{text}' is not a 'regex'"))
    })
}
