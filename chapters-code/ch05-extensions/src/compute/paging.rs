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
    /// At most so many.
    pub limit: usize,
    /// Only what comes behind this one.
    pub marker: Option<String>,
}

impl Paging {
    /// The page that a query string asks for with `limit` and `marker`.
    ///
    /// # Errors
    ///
    /// The limit is no number, or negative: status 400.
    pub fn of(query: &[(String, String)]) -> Result<Self, ApiError> {
        let limit =
            value(query, "limit").map_or(Ok(MAX_LIMIT), |text| non_negative("limit", text))?;
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

    /// The page of `items`, where a store cannot cut it: those behind the one whose name is the
    /// marker.
    ///
    /// # Errors
    ///
    /// The marker is the name of none of them.
    pub fn cut<T>(
        &self,
        mut items: Vec<T>,
        name: impl Fn(&T) -> String,
    ) -> Result<Vec<T>, StoreError> {
        if let Some(marker) = &self.marker {
            let at = items.iter().position(|item| name(item) == *marker);
            items.drain(..=at.ok_or_else(|| StoreError::MarkerNotFound(marker.clone()))?);
        }
        items.truncate(self.limit);
        Ok(items)
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
        let next = self.next(request, path, items.len(), last);
        let mut document = Map::from_iter([(name.to_owned(), Value::from(items))]);
        document.extend(next.map(|next| (format!("{name}_links"), next)));
        Value::Object(document)
    }

    /// Where the list at `path` goes on, if the page of `count` items is full; `last` is the
    /// marker for that.
    pub fn next(
        &self,
        request: &ApiRequest,
        path: &str,
        count: usize,
        last: Option<&str>,
    ) -> Option<Value> {
        let last = last.filter(|_| count == self.limit)?;
        Some(Links::of(&request.environ).next(path, &request.query, last))
    }
}

/// The part of `items` that a query string asks for with `limit` and `offset`, as the oldest
/// lists do it (`limited`); a limit of 0 is none.
///
/// # Errors
///
/// One of them is no number, or negative: status 400.
pub fn limited<T>(query: &[(String, String)], items: Vec<T>) -> Result<Vec<T>, ApiError> {
    let number = |name| value(query, name).map_or(Ok(0), |text| non_negative(name, text));
    let (limit, offset) = (number("limit")?, number("offset")?);
    let limit = if limit == 0 { MAX_LIMIT } else { limit.min(MAX_LIMIT) };
    Ok(items.into_iter().skip(offset).take(limit).collect())
}

fn non_negative(name: &str, text: &str) -> Result<usize, ApiError> {
    let invalid = |reason| ApiError::http(400, format!("Invalid input received: {name} {reason}"));
    match text.trim().parse::<i64>() {
        Err(_) => Err(invalid("must be an integer")),
        Ok(number) if number < 0 => Err(invalid("must be >= 0")),
        Ok(number) => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
    }
}
