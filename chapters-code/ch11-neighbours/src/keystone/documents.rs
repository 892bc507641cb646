//! What there is, to look at: `/v3/projects`, `/v3/users` and their like. Nothing can be changed,
//! for everything comes from a file.

use super::{
    Identities, Keystone, User, error::KeystoneError, identities::domain, is_admin, method,
    tokens::Issued,
};
use nova_objects::query::text_of;
use nova_pipeline::authtoken::identity::{CatalogService, Owned};
use nova_router::{ApiRequest, ApiResponse, Controller, Mapper, Resource, ResourceOptions};
use serde_json::{Value, json};
use std::sync::Arc;

/// One collection of documents. An administrator sees all of them, anybody else his own.
struct Documents {
    keystone: Arc<Keystone>,
    collection: &'static str,
    member: &'static str,
    rows: Vec<Value>,
    own: Own,
}

/// The id of the row that is the caller's own.
type Own = fn(&Issued) -> Option<&str>;

/// Adds the routes of all collections.
pub(super) fn connect(mapper: &mut Mapper, keystone: &Arc<Keystone>) {
    let nobodys: Own = |_| None;
    for (collection, member, rows, own) in [
        ("projects", "project", projects(keystone), own_project as Own),
        ("users", "user", users(keystone), own_user as Own),
        ("roles", "role", roles(keystone), nobodys),
        ("role_assignments", "role_assignment", role_assignments(keystone), nobodys),
        ("domains", "domain", domains(), nobodys),
        ("services", "service", services(keystone), nobodys),
        ("endpoints", "endpoint", endpoints(keystone), nobodys),
    ] {
        let documents = Documents { keystone: Arc::clone(keystone), collection, member, rows, own };
        let controller = Controller::builder(collection, Arc::new(documents))
            .action("index", method(index))
            .action("show", method(show));
        let resource = Arc::new(Resource::new(controller.build()));
        mapper.resource(member, collection, &resource, &ResourceOptions::default());
    }
}

/// The rows that fit the query string.
async fn index(
    documents: Arc<Documents>,
    request: ApiRequest,
) -> Result<ApiResponse, KeystoneError> {
    let caller = documents.keystone.caller(&request)?;
    if !is_admin(&caller) {
        return Err(KeystoneError::Forbidden(format!("identity:list_{}", documents.collection)));
    }
    let fits = |row: &&Value| request.query.iter().all(|option| fits(row, option));
    let href = format!("{}/{}", request.environ.application_url(), documents.collection);
    let rows = documents.rows.iter().filter(fits).map(|row| linked(row, &href));
    let rows: Vec<Value> = rows.collect();
    let links = json!({ "self": href, "next": null, "previous": null });
    Ok(json!({ documents.collection: rows, "links": links }).into())
}

/// One row.
async fn show(
    documents: Arc<Documents>,
    request: ApiRequest,
) -> Result<ApiResponse, KeystoneError> {
    let caller = documents.keystone.caller(&request)?;
    let id = request.arg("id");
    if !is_admin(&caller) && (documents.own)(&caller) != Some(id) {
        return Err(KeystoneError::Forbidden(format!("identity:get_{}", documents.member)));
    }
    let row = documents.rows.iter().find(|row| row["id"] == id);
    let row = row.ok_or_else(|| KeystoneError::NotFound(format!("{}: {id}", documents.member)))?;
    let href = format!("{}/{}", request.environ.application_url(), documents.collection);
    Ok(json!({ documents.member: linked(row, &href) }).into())
}

/// Does a row fit `name=value`? `user.id` is the `id` in its `user`. An option that no row could
/// fit asks for something else, unless it looks into rows.
fn fits(row: &Value, (name, value): &(String, String)) -> bool {
    match name.split('.').try_fold(row, |part, key| part.get(key)) {
        // Python's `True`.
        Some(Value::Bool(actual)) => value.eq_ignore_ascii_case(&actual.to_string()),
        Some(actual) => text_of(actual) == *value,
        None => !name.contains('.'),
    }
}

/// The row, with where it is found.
pub(super) fn linked(row: &Value, collection: &str) -> Value {
    let mut row = row.clone();
    if let Some(id) = row["id"].as_str() {
        row["links"] = json!({ "self": format!("{collection}/{id}") });
    }
    row
}

fn own_project(caller: &Issued) -> Option<&str> {
    caller.access.project.as_ref().map(|project| project.id.as_str())
}

fn own_user(caller: &Issued) -> Option<&str> {
    Some(&caller.access.user.id)
}

fn projects(keystone: &Keystone) -> Vec<Value> {
    keystone.identities.projects.iter().map(project).collect()
}

/// A project's document.
pub(super) fn project(Owned { id, name, domain }: &Owned) -> Value {
    json!({
        "id": id,
        "name": name,
        "domain_id": domain.id,
        "parent_id": domain.id,
        "description": "",
        "is_domain": false,
        "enabled": true,
    })
}

fn users(keystone: &Keystone) -> Vec<Value> {
    let document = |User { identity, .. }: &User| {
        let Owned { id, name, domain } = identity;
        json!({ "id": id, "name": name, "domain_id": domain.id, "enabled": true })
    };
    keystone.identities.users.iter().map(document).collect()
}

fn roles(keystone: &Keystone) -> Vec<Value> {
    keystone.identities.roles().iter().map(|role| json!(role)).collect()
}

fn role_assignments(keystone: &Keystone) -> Vec<Value> {
    let Identities { projects, users, .. } = &keystone.identities;
    let pairs = users.iter().flat_map(|user| projects.iter().map(move |project| (user, project)));
    let assignments = pairs.flat_map(|(user, project)| {
        let assignment =
            |role| json!({ "role": role, "user": user.identity, "scope": { "project": project } });
        user.roles_on(&project.id).into_iter().map(assignment).collect::<Vec<_>>()
    });
    assignments.collect()
}

fn domains() -> Vec<Value> {
    vec![json!({ "id": domain().id, "name": domain().name, "enabled": true })]
}

fn services(keystone: &Keystone) -> Vec<Value> {
    let document = |service: &CatalogService| {
        let CatalogService { id, kind, name, .. } = service;
        json!({ "id": id, "type": kind, "name": name, "enabled": true })
    };
    keystone.catalog.iter().map(document).collect()
}

fn endpoints(keystone: &Keystone) -> Vec<Value> {
    let of_service = |service: &CatalogService| {
        let endpoint = |endpoint| {
            let mut row = json!(endpoint);
            row["service_id"] = service.id.as_str().into();
            row["enabled"] = true.into();
            row
        };
        service.endpoints.iter().map(endpoint).collect::<Vec<_>>()
    };
    keystone.catalog.iter().flat_map(of_service).collect()
}
