//! How the filters inside learn who asks: in headers (`keystonemiddleware.auth_token._request`).

use super::identity::{AccessInfo, CatalogService, Owned};
use http::{HeaderMap, HeaderName, HeaderValue};
use nova_objects::jsonutils::dumps;
use serde_json::{Map, Value, json};

/// The headers about one of the two that a request may name.
pub(super) struct AuthHeaders {
    prefix: &'static str,
    aliases: &'static [(&'static str, &'static str)],
}

/// About the user.
pub(super) const USER: AuthHeaders = AuthHeaders {
    prefix: "x",
    // Older names; the filters of the period read these.
    aliases: &[
        ("x-role", "x-roles"),
        ("x-user", "x-user-name"),
        ("x-tenant-id", "x-project-id"),
        ("x-tenant-name", "x-project-name"),
        ("x-tenant", "x-project-name"),
    ],
};

/// About the service that asks for the user.
pub(super) const SERVICE: AuthHeaders = AuthHeaders { prefix: "x-service", aliases: &[] };

const CATALOG: &str = "x-service-catalog";

/// What is said about each, behind the prefix.
const SAID: [&str; 12] = [
    "identity-status",
    "roles",
    "user-id",
    "user-name",
    "user-domain-id",
    "user-domain-name",
    "project-id",
    "project-name",
    "project-domain-id",
    "project-domain-name",
    "domain-id",
    "domain-name",
];

// ANCHOR: remove
/// Removes every header by which a client could say that it is somebody.
pub(super) fn remove_auth_headers(headers: &mut HeaderMap) {
    headers.remove(CATALOG);
    for about in [&USER, &SERVICE] {
        for said in SAID {
            headers.remove(format!("{}-{said}", about.prefix));
        }
        for (alias, _) in about.aliases {
            headers.remove(*alias);
        }
    }
}
// ANCHOR_END: remove

/// Says who that is, or that it is nobody.
pub(super) fn set_auth_headers(
    headers: &mut HeaderMap,
    about: &AuthHeaders,
    access: Option<&AccessInfo>,
) {
    let mut say =
        |said: &str, value: &str| insert(headers, &format!("{}-{said}", about.prefix), value);
    let Some(access) = access else { return say("identity-status", "Invalid") };
    say("identity-status", "Confirmed");
    let roles: Vec<&str> = access.roles.iter().map(|role| role.name.as_str()).collect();
    say("roles", &roles.join(","));
    for (what, owned) in [("user", Some(&access.user)), ("project", access.project.as_ref())] {
        let Some(Owned { id, name, domain }) = owned else { continue };
        say(&format!("{what}-id"), id);
        say(&format!("{what}-name"), name);
        say(&format!("{what}-domain-id"), &domain.id);
        say(&format!("{what}-domain-name"), &domain.name);
    }
    if about.prefix == USER.prefix && !access.catalog.is_empty() {
        insert(headers, CATALOG, &dumps(&v2_catalog(&access.catalog)));
    }
    for (alias, name) in about.aliases {
        if let Some(value) = headers.get(*name).cloned() {
            headers.insert(*alias, value);
        }
    }
}

/// A name that no header can carry is left out; ids never are such.
fn insert(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}

/// The catalog as version 2 of the identity API wrote it, which is what the header has: one entry
/// a region, with a URL for each interface (`_v3_to_v2_catalog`).
fn v2_catalog(catalog: &[CatalogService]) -> Value {
    let service = |service: &CatalogService| {
        let mut regions: Vec<(Option<&str>, Map<String, Value>)> = Vec::new();
        for endpoint in &service.endpoints {
            let name = endpoint.region.as_deref();
            let at = regions.iter().position(|(region, _)| *region == name);
            let at = at.unwrap_or_else(|| {
                let entry = name.map(|name| ("region".to_owned(), name.into()));
                regions.push((name, entry.into_iter().collect()));
                regions.len() - 1
            });
            let key = format!("{}URL", endpoint.interface.to_lowercase());
            regions[at].1.insert(key, endpoint.url.as_str().into());
        }
        let endpoints: Vec<Value> = regions.into_iter().map(|(_, entry)| entry.into()).collect();
        json!({ "type": service.kind, "name": service.name, "endpoints": endpoints })
    };
    catalog.iter().map(service).collect()
}
