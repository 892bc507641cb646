//! Which rows (`nova/db/sqlalchemy/api.py` `instance_get_all_by_filters_sort`).

use crate::{DateTime, Fields, RequestContext, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap};

/// For each field named, the values it may have.
pub type Filters = BTreeMap<String, Vec<Value>>;

/// Which rows, in which order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Only rows whose fields have these values.
    pub filters: Filters,
    /// Only rows changed at or after this moment.
    pub changes_since: Option<DateTime>,
    /// The fields to sort by, the first first; `true` means downwards.
    pub sort: Vec<(String, bool)>,
    /// Only rows that come after the row with this key.
    pub marker: Option<String>,
    /// At most so many rows.
    pub limit: Option<usize>,
}

impl Query {
    /// All rows there are.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only rows in which `field` is `value`.
    #[must_use]
    pub fn with(self, field: &str, value: impl Into<Value>) -> Self {
        self.with_any(field, [value.into()])
    }

    /// Only rows in which `field` is one of `values`.
    #[must_use]
    pub fn with_any(mut self, field: &str, values: impl IntoIterator<Item = Value>) -> Self {
        self.filters.insert(field.to_owned(), values.into_iter().collect());
        self
    }

    /// In ascending order of `field`, behind the orders named before.
    #[must_use]
    pub fn ascending(mut self, field: &str) -> Self {
        self.sort.push((field.to_owned(), false));
        self
    }

    /// In descending order of `field`, behind the orders named before.
    #[must_use]
    pub fn descending(mut self, field: &str) -> Self {
        self.sort.push((field.to_owned(), true));
        self
    }

    /// At most `count` rows.
    #[must_use]
    pub fn limit(mut self, count: usize) -> Self {
        self.limit = Some(count);
        self
    }

    /// Does the query, asked in `context`, mean this row?
    pub fn means(&self, context: &RequestContext, row: &Fields) -> bool {
        let text = |field: &str| row.get(field).and_then(Value::as_str);
        let changed = text("updated_at").or(text("created_at")).unwrap_or_default();
        visible(context, row)
            && met_by(row, &self.filters)
            && self.changes_since.is_none_or(|since| changed >= since.to_string().as_str())
    }

    /// Puts `rows` into the query's order, and keeps the page it asks for.
    ///
    /// # Errors
    ///
    /// [`StoreError::MarkerNotFound`] if the marker is the key of none of them.
    pub fn arrange(&self, key: &str, mut rows: Vec<Fields>) -> Result<Vec<Fields>, StoreError> {
        rows.sort_by(|a, b| {
            let by = |(field, down): &(String, bool)| {
                let order = compare(a.get(field), b.get(field));
                if *down { order.reverse() } else { order }
            };
            self.sort.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        if let Some(marker) = &self.marker {
            let is_marker = |row: &Fields| row.get(key).is_some_and(|v| text_of(v) == *marker);
            let at = rows.iter().position(is_marker);
            rows.drain(..=at.ok_or_else(|| StoreError::MarkerNotFound(marker.clone()))?);
        }
        rows.truncate(self.limit.unwrap_or(usize::MAX));
        Ok(rows)
    }
}

/// Have the fields of `row` the values that `filters` wants? One that the row has not is null.
pub fn met_by(row: &Fields, filters: &Filters) -> bool {
    let value = |field: &String| row.get(field).unwrap_or(&Value::Null);
    filters.iter().all(|(field, values)| values.contains(value(field)))
}

/// May `context` see this row?
pub fn visible(context: &RequestContext, row: &Fields) -> bool {
    let deleted = row.get("deleted").and_then(Value::as_bool).unwrap_or(false);
    let project = row.get("project_id").and_then(Value::as_str);
    (!deleted || context.read_deleted == "yes") && project.is_none_or(|p| context.owns(p))
}

/// The text of a field as keys are written: no quotes around strings.
pub fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => {
            a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default())
        }
        (Some(Value::Null) | None, Some(Value::Null) | None) => Ordering::Equal,
        (Some(Value::Null) | None, _) => Ordering::Less,
        (_, Some(Value::Null) | None) => Ordering::Greater,
        (Some(a), Some(b)) => text_of(a).cmp(&text_of(b)),
    }
}
