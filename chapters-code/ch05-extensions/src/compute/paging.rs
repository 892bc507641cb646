//! Pages of lists (`nova/api/openstack/common.py` `get_pagination_params`).

use super::{options::value, views::Links};
use nova_objects::{Query, StoreError};
use nova_router::{ApiError, ApiRequest};
use serde_json::{Map, Value};

/// The most that a list shows at once (`osapi_max_limit`).
const MAX_LIMIT: usize = 1000;

/// Which page of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    limit: usize,
    marker: Option<String>,
}

impl Paging {
    /// The page that a query string asks for with `limit` and `marker`.
    ///
    /// # Errors
    ///
    /// The limit is no number, or negative: status 400.
    pub fn of(query: &[(String, String)]) -> Result<Self, ApiError> {
        let limit = value(query, "limit").map_or(Ok(MAX_LIMIT), limit)?;
        let marker = value(query, "marker").map(str::to_owned);
        Ok(Self { limit: limit.min(MAX_LIMIT), marker })
    }

    /// `query`, for this page only.
    pub fn apply(&self, query: Query) -> Query {
        Query { marker: self.marker.clone(), ..query.limit(self.limit) }
    }

    /// Of `rows`, this page: those `wanted` that come after the one whose `key` is the marker. For
    /// what a store cannot compare.
    ///
    /// # Errors
    ///
    /// The marker is the key of none of `rows`.
    pub fn page<T>(
        &self,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> &str,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, StoreError> {
        if let Some(marker) = &self.marker {
            let at = rows.iter().position(|row| key(row) == marker);
            rows.drain(..=at.ok_or_else(|| StoreError::MarkerNotFound(marker.clone()))?);
        }
        rows.retain(wanted);
        rows.truncate(self.limit);
        Ok(rows)
    }

    /// What the store found for the page.
    ///
    /// # Errors
    ///
    /// The marker is the key of nothing that the client could have seen: status 400.
    pub fn found<T>(rows: Result<Vec<T>, StoreError>) -> Result<Vec<T>, ApiError> {
        match rows {
            Err(StoreError::MarkerNotFound(marker)) => {
                Err(ApiError::http(400, format!("marker [{marker}] not found")))
            }
            rows => Ok(rows?),
        }
    }

    /// The answer: the items under the collection's name, and, if the page is full, where the
    /// next one is. `last` is the marker for that.
    pub fn document(
        &self,
        request: &ApiRequest,
        path: &str,
        items: Vec<Value>,
        last: Option<&str>,
    ) -> Value {
        let (collection, _) = path.split_once('/').unwrap_or((path, ""));
        // An extension's collection is found under another name than it is shown.
        let name = collection.strip_prefix("os-").unwrap_or(collection);
        let full = items.len() == self.limit;
        let mut document = Map::from_iter([(name.to_owned(), Value::from(items))]);
        if let Some(last) = last.filter(|_| full) {
            let next = Links::of(&request.environ).next(path, &request.query, last);
            document.insert(format!("{name}_links"), next);
        }
        Value::Object(document)
    }
}

fn limit(text: &str) -> Result<usize, ApiError> {
    let invalid = |reason| ApiError::http(400, format!("Invalid input received: {reason}"));
    match text.trim().parse::<i64>() {
        Err(_) => Err(invalid("limit must be an integer")),
        Ok(limit) if limit < 0 => Err(invalid("limit must be >= 0")),
        Ok(limit) => Ok(usize::try_from(limit).unwrap_or(MAX_LIMIT)),
    }
}
