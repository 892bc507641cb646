//! Which servers a list is to hold (`ServersController._get_servers`).
//!
//! Nova has two kinds of options: those that everybody may use, and all others, which are dropped
//! without a word unless an administrator asks.

use super::{filters, sort};
use crate::{
    Policy,
    compute::{
        options::{bool_from_string, value, values},
        server_keys::is_for,
        status::task_and_vm_state_from_status,
    },
    compute_api::SearchOpts,
    policy::Target,
};
use nova_objects::{DateTime, Query, RequestContext, VmState};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest};
use serde_json::json;

/// A query string, by name and value.
type Options = [(String, String)];

/// Options that compare a field with a value, for everybody.
const FIELDS: [(&str, &str); 2] = [("image", "image_ref"), ("reservation_id", "reservation_id")];

/// The same, for administrators.
const ADMIN_FIELDS: [(&str, &str); 9] = [
    ("host", "host"),
    ("hostname", "hostname"),
    ("node", "node"),
    ("project_id", "project_id"),
    ("task_state", "task_state"),
    ("tenant_id", "project_id"),
    ("user_id", "user_id"),
    ("uuid", "uuid"),
    ("vm_state", "vm_state"),
];

/// What the request searches for; `None` if nothing can be found. `action` is `index` or `detail`.
pub(super) fn search_opts(
    policy: &Policy,
    request: &ApiRequest,
    action: &str,
) -> Result<Option<SearchOpts>, ApiError> {
    let (context, options) = (request.context()?, &request.query[..]);
    refuse_fields(context, options)?;
    let mut query = Query { changes_since: changes_since(options)?, ..fields(context, options) };
    if !all_tenants(policy, context, options, action)? {
        query = query.with("project_id", context.project_id.clone());
    }
    let (vm_states, task_states) = task_and_vm_state_from_status(values(options, "status"));
    if value(options, "status").is_some() {
        if vm_states.is_empty() {
            return no_such_status(request);
        }
        query = query.with_any("vm_state", vm_states.iter().map(|state| json!(state)));
        if !task_states.contains(&None) {
            query = query.with_any("task_state", task_states.iter().map(|state| json!(state)));
        }
    }
    let deleted = deleted(context, options, &vm_states)?;
    if let Some(deleted) = deleted {
        query = query.with("deleted", deleted);
    }
    let query = sort::sorted(query, options)?;
    let filters = filters::filters(request)?;
    Ok(Some(SearchOpts { query, read_deleted: deleted != Some(false), filters }))
}

/// A status that no server can have finds nothing; since 2.38 the client is told.
fn no_such_status(request: &ApiRequest) -> Result<Option<SearchOpts>, ApiError> {
    if is_for(request, ApiVersionRequest(2, 38)) {
        return Err(ApiError::http(400, "Invalid status value"));
    }
    Ok(None)
}

/// Some names are no field of a server, but of what belongs to it; nobody may search there.
fn refuse_fields(context: &RequestContext, options: &Options) -> Result<(), ApiError> {
    let is_refused = |name: &str| JOINED_TABLES.contains(&name) || name.starts_with('_');
    match options.iter().find(|(name, _)| context.is_admin && is_refused(name)) {
        Some((name, _)) => Err(ApiError::http(400, format!("Invalid filter field: {name}."))),
        None => Ok(()),
    }
}

/// `JOINED_TABLE_QUERY_PARAMS_SERVERS`.
const JOINED_TABLES: [&str; 7] = [
    "block_device_mapping",
    "extra",
    "info_cache",
    "metadata",
    "pci_devices",
    "security_groups",
    "system_metadata",
];

/// The query for those options that compare a field with a value.
fn fields(context: &RequestContext, options: &Options) -> Query {
    let admin_fields = ADMIN_FIELDS.iter().filter(|_| context.is_admin);
    let wanted = FIELDS.iter().chain(admin_fields);
    let wanted = wanted.filter_map(|(option, field)| Some((field, value(options, option)?)));
    wanted.fold(Query::all(), |query, (field, value)| query.with(field, value))
}

/// Are the servers of all projects wanted? An empty value says yes.
fn all_tenants(
    policy: &Policy,
    context: &RequestContext,
    options: &Options,
    action: &str,
) -> Result<bool, ApiError> {
    let implied = context.is_admin && value(options, "tenant_id").is_some();
    let all = match value(options, "all_tenants") {
        None => return Ok(implied),
        Some("") => true,
        Some(text) => bool_from_string(text).ok_or_else(|| {
            let words = "'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'";
            let reason = format!("Unrecognized value '{text}', acceptable values are: {words}");
            ApiError::http(400, format!("Invalid input received: {reason}"))
        })?,
    };
    if all {
        let rule = format!("os_compute_api:servers:{action}:get_all_tenants");
        policy.authorize(context, &rule, &Target::of(context))?;
    }
    Ok(all)
}

/// Are deleted servers wanted (`true`), the others (`false`), or both (`None`)?
fn deleted(
    context: &RequestContext,
    options: &Options,
    vm_states: &[VmState],
) -> Result<Option<bool>, ApiError> {
    if vm_states == [VmState::Deleted] {
        let only = "Only administrators may list deleted instances";
        return if context.is_admin { Ok(Some(true)) } else { Err(ApiError::http(403, only)) };
    }
    match value(options, "deleted").filter(|_| context.is_admin) {
        Some(text) => Ok(Some(bool_from_string(text).unwrap_or(false))),
        None if value(options, "changes-since").is_some() => Ok(None),
        None => Ok(Some(false)),
    }
}

fn changes_since(options: &Options) -> Result<Option<DateTime>, ApiError> {
    let since = value(options, "changes-since").map(DateTime::parse).transpose();
    since.map_err(|_| ApiError::http(400, "Invalid changes-since value"))
}
