//! Which flavors a list is to hold, and in which order (`FlavorsController._get_flavors`).

use crate::compute::options::{bool_from_string, value};
use nova_objects::{Flavor, Query, RequestContext};
use nova_router::{ApiError, ApiRequest};

/// What a query string searches for.
pub(super) struct Search {
    /// Public ones, or others, if it matters.
    is_public: Option<bool>,
    /// Are those that are withdrawn to be found too?
    disabled_too: bool,
    min_ram: i64,
    min_disk: i64,
    sort_key: &'static str,
    descending: bool,
}

/// What can be sorted by: the columns of Nova's table.
const SORT_KEYS: [&str; 13] = [
    "created_at",
    "disabled",
    "ephemeral_gb",
    "flavorid",
    "id",
    "is_public",
    "memory_mb",
    "name",
    "root_gb",
    "rxtx_factor",
    "swap",
    "updated_at",
    "vcpus",
];

impl Search {
    /// Reads the query string. Only administrators are asked whether they want flavors that are
    /// not public, and find those that are withdrawn.
    ///
    /// # Errors
    ///
    /// An option makes no sense: status 400.
    pub(super) fn of(request: &ApiRequest) -> Result<Self, ApiError> {
        let asked = |name| value(&request.query, name);
        let is_admin = request.context()?.is_admin;
        Ok(Self {
            is_public: if is_admin { is_public(asked("is_public"))? } else { Some(true) },
            disabled_too: is_admin,
            min_ram: minimum("min_ram", asked("minRam"))?,
            min_disk: minimum("minDisk", asked("minDisk"))?,
            sort_key: sort_key(asked("sort_key"))?,
            descending: descending(asked("sort_dir"))?,
        })
    }

    /// All flavors, in the order that is asked for.
    pub(super) fn sort(&self) -> Query {
        match self.descending {
            true => Query::all().descending(self.sort_key).descending("id"),
            false => Query::all().ascending(self.sort_key).ascending("id"),
        }
    }

    /// Is it one that is searched for? To a project, a flavor that it was given access to is as
    /// good as a public one.
    pub(super) fn finds(&self, context: &RequestContext, flavor: &Flavor) -> bool {
        let public = match self.is_public {
            None => true,
            Some(true) => flavor.is_public || given(context, flavor),
            Some(false) => !flavor.is_public,
        };
        public
            && (self.disabled_too || !flavor.disabled)
            && flavor.memory_mb >= self.min_ram
            && flavor.root_gb >= self.min_disk
    }
}

fn given(context: &RequestContext, flavor: &Flavor) -> bool {
    context.project_id.as_ref().is_some_and(|project| flavor.projects.contains(project))
}

/// Public ones if nothing is said, both kinds if it is `None`.
fn is_public(wanted: Option<&str>) -> Result<Option<bool>, ApiError> {
    match wanted {
        None => Ok(Some(true)),
        Some(word) if word.eq_ignore_ascii_case("none") => Ok(None),
        Some(word) => bool_from_string(word)
            .map(Some)
            .ok_or_else(|| ApiError::http(400, format!("Invalid is_public filter [{word}]"))),
    }
}

/// `name` is what Nova calls the filter.
fn minimum(name: &str, wanted: Option<&str>) -> Result<i64, ApiError> {
    let Some(text) = wanted else { return Ok(i64::MIN) };
    let invalid = |_| ApiError::http(400, format!("Invalid {name} filter [{text}]"));
    text.trim().parse().map_err(invalid)
}

fn sort_key(wanted: Option<&str>) -> Result<&'static str, ApiError> {
    let wanted = wanted.filter(|key| !key.is_empty()).unwrap_or("flavorid");
    let known = SORT_KEYS.into_iter().find(|key| *key == wanted);
    known.ok_or_else(|| ApiError::http(400, "Sort key supplied was not valid."))
}

fn descending(wanted: Option<&str>) -> Result<bool, ApiError> {
    match wanted {
        None | Some("" | "asc") => Ok(false),
        Some("desc") => Ok(true),
        Some(_) => {
            let unknown = "Unknown sort direction, must be 'desc' or 'asc'";
            Err(ApiError::http(400, format!("Invalid input received: {unknown}")))
        }
    }
}
