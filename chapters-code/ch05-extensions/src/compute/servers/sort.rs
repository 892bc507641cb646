//! In which order a list of servers comes (`common.get_sort_params`,
//! `oslo_db.sqlalchemy.utils.paginate_query`).

use crate::compute::options::values;
use nova_objects::Query;
use nova_router::ApiError;

/// `query`, in the order of the options `sort_key` and `sort_dir`, each of which may come several
/// times. Where that decides nothing, the age does; and where no direction is named, the first one
/// counts, or downwards: the youngest server comes first.
pub(super) fn sorted(mut query: Query, options: &[(String, String)]) -> Result<Query, ApiError> {
    let dirs: Vec<bool> = values(options, "sort_dir").map(direction).collect::<Result<_, _>>()?;
    let first = dirs.first().copied().unwrap_or(true);
    let keys: Vec<&str> = values(options, "sort_key").collect();
    if keys.iter().any(|key| !SORT_KEYS.contains(key)) {
        return Err(ApiError::http(400, "Sort key supplied was not valid."));
    }
    for (number, key) in keys.into_iter().chain(["created_at", "id"]).enumerate() {
        query.sort.push((key.to_owned(), dirs.get(number).copied().unwrap_or(first)));
    }
    Ok(query)
}

/// Is it downwards?
fn direction(word: &str) -> Result<bool, ApiError> {
    match word {
        "desc" => Ok(true),
        "asc" => Ok(false),
        _ => {
            let reason = "Unknown sort direction, must be 'desc' or 'asc'";
            Err(ApiError::http(400, format!("Invalid input received: {reason}")))
        }
    }
}

/// The fields by which servers can be sorted.
const SORT_KEYS: [&str; 27] = [
    "access_ip_v4",
    "access_ip_v6",
    "auto_disk_config",
    "availability_zone",
    "config_drive",
    "created_at",
    "display_description",
    "display_name",
    "host",
    "hostname",
    "id",
    "image_ref",
    "key_name",
    "launch_index",
    "launched_at",
    "locked",
    "memory_mb",
    "node",
    "power_state",
    "project_id",
    "root_gb",
    "task_state",
    "terminated_at",
    "updated_at",
    "user_id",
    "uuid",
    "vm_state",
];
