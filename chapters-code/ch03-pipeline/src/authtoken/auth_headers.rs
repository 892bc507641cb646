//! How the filters inside learn who asks: in headers (`keystonemiddleware.auth_token._request`).

use super::{
    identity::{AccessInfo, CatalogService, Owned},
    token_cache::Confirmed,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use nova_objects::jsonutils::dumps;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The headers about one of the two that a request may name.
struct AuthHeaders {
    status: HeaderName,
    roles: HeaderName,
    user: [HeaderName; 4],
    project: [HeaderName; 4],
    domain: [HeaderName; 2],
}

/// About the user.
const USER: AuthHeaders = AuthHeaders {
    status: header("x-identity-status"),
    roles: header("x-roles"),
    user: [
        header("x-user-id"),
        header("x-user-name"),
        header("x-user-domain-id"),
        header("x-user-domain-name"),
    ],
    project: [
        header("x-project-id"),
        header("x-project-name"),
        header("x-project-domain-id"),
        header("x-project-domain-name"),
    ],
    domain: [header("x-domain-id"), header("x-domain-name")],
};

/// About the service that asks for the user.
const SERVICE: AuthHeaders = AuthHeaders {
    status: header("x-service-identity-status"),
    roles: header("x-service-roles"),
    user: [
        header("x-service-user-id"),
        header("x-service-user-name"),
        header("x-service-user-domain-id"),
        header("x-service-user-domain-name"),
    ],
    project: [
        header("x-service-project-id"),
        header("x-service-project-name"),
        header("x-service-project-domain-id"),
        header("x-service-project-domain-name"),
    ],
    domain: [header("x-service-domain-id"), header("x-service-domain-name")],
};

const CATALOG: HeaderName = header("x-service-catalog");

/// Older names of headers about the user. The filters of the period read these.
const ALIASES: [(HeaderName, HeaderName); 5] = [
    (header("x-role"), header("x-roles")),
    (header("x-user"), header("x-user-name")),
    (header("x-tenant-id"), header("x-project-id")),
    (header("x-tenant-name"), header("x-project-name")),
    (header("x-tenant"), header("x-project-name")),
];

const fn header(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}

// ANCHOR: remove
/// Removes every header by which a client could say that it is somebody.
pub(super) fn remove_auth_headers(headers: &mut HeaderMap) {
    for AuthHeaders { status, roles, user, project, domain } in [&USER, &SERVICE] {
        for name in [status, roles].into_iter().chain(user).chain(project).chain(domain) {
            headers.remove(name);
        }
    }
    for (alias, _) in &ALIASES {
        headers.remove(alias);
    }
    headers.remove(CATALOG);
}
// ANCHOR_END: remove

/// Says who the user is, or that it is nobody.
pub(super) fn set_user_headers(headers: &mut HeaderMap, user: Option<&Confirmed>) {
    match user {
        Some(user) => headers.extend(user.user_headers.clone()),
        None => insert(headers, &USER.status, "Invalid"),
    }
}

/// Says who the service is that asks for the user, or that it is nobody.
pub(super) fn set_service_headers(headers: &mut HeaderMap, service: Option<&Confirmed>) {
    match service {
        Some(service) => set_auth_headers(headers, &SERVICE, &service.access),
        None => insert(headers, &SERVICE.status, "Invalid"),
    }
}

/// All that is said of a user, made once for each token: the catalog alone takes longer to write
/// than all the filters take for a request.
pub(super) fn user_headers(access: &AccessInfo) -> HeaderMap {
    let mut headers = HeaderMap::new();
    set_auth_headers(&mut headers, &USER, access);
    for (alias, name) in &ALIASES {
        if let Some(value) = headers.get(name).cloned() {
            headers.insert(alias, value);
        }
    }
    if !access.catalog.is_empty() {
        insert(&mut headers, &CATALOG, &dumps(&v2_catalog(&access.catalog)));
    }
    headers
}

fn set_auth_headers(headers: &mut HeaderMap, about: &AuthHeaders, access: &AccessInfo) {
    insert(headers, &about.status, "Confirmed");
    let roles: Vec<&str> = access.roles.iter().map(|role| role.name.as_str()).collect();
    insert(headers, &about.roles, &roles.join(","));
    let owned = [(&about.user, Some(&access.user)), (&about.project, access.project.as_ref())];
    for (names, owned) in owned {
        let Some(Owned { id, name, domain }) = owned else { continue };
        for (header, value) in names.iter().zip([id, name, &domain.id, &domain.name]) {
            insert(headers, header, value);
        }
    }
}

/// Can headers carry the ids? A name that they cannot carry is left out; without its id, a name
/// would be taken for one.
pub(super) fn can_be_said(access: &AccessInfo) -> bool {
    let ids = [Some(&access.user), access.project.as_ref()].into_iter().flatten();
    ids.map(|owned| &owned.id).all(|id| HeaderValue::try_from(id).is_ok())
}

fn insert(headers: &mut HeaderMap, name: &HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

/// The catalog as version 2 of the identity API wrote it, which is what the header has: one entry
/// a region, with a URL for each interface (`_v3_to_v2_catalog`).
fn v2_catalog(catalog: &[CatalogService]) -> Value {
    let service = |service: &CatalogService| {
        let mut regions: BTreeMap<Option<&str>, Map<String, Value>> = BTreeMap::new();
        for endpoint in &service.endpoints {
            let name = endpoint.region.as_deref();
            let entry = || name.map(|name| ("region".to_owned(), name.into()));
            let region = regions.entry(name).or_insert_with(|| entry().into_iter().collect());
            let key = format!("{}URL", endpoint.interface.to_lowercase());
            region.insert(key, endpoint.url.as_str().into());
        }
        let endpoints: Vec<Value> = regions.into_values().map(Value::from).collect();
        json!({ "type": service.kind, "name": service.name, "endpoints": endpoints })
    };
    catalog.iter().map(service).collect()
}
