//! The five verbs by which every service reaches the rows (Nova's `indirection_api`).

use crate::{DateTime, Fields, NovaException, NovaObject, RemoteError, RequestContext, TaskState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap};

/// Where the rows are.
///
/// In the API, the scheduler and the conductor that is a database; in a compute service it is
/// the conductor, asked over RPC. The services cannot tell, and need not know. A store knows
/// classes by name and rows by their fields, for that is what crosses the wire; typed access is
/// [`NovaObject`] and [`Tracked`](crate::Tracked).
///
/// A context that is no administrator's sees the rows of its project, and those that belong to
/// none.
#[async_trait]
pub trait Store: Send + Sync {
    /// Adds a row, fills in `id` and `created_at`, and gives it back.
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError>;

    /// Gives the row whose key field holds `key`.
    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError>;

    /// Gives the rows that `query` describes, in its order.
    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError>;

    /// Changes the fields named in `changes` and gives the whole row back, in one step that
    /// happens only while `task_state` is one of `expected` (empty: whatever it is).
    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &[Option<TaskState>],
    ) -> Result<Fields, StoreError>;

    /// Removes a row; where the class has a `deleted` field, marks it instead.
    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError>;
}

/// Which rows, in which order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// For each field named, the values it may have.
    pub filters: BTreeMap<String, Vec<Value>>,
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
        let filtered = |(field, values): (&String, &Vec<Value>)| {
            values.contains(row.get(field).unwrap_or(&Value::Null))
        };
        let text = |field: &str| row.get(field).and_then(Value::as_str);
        let changed = text("updated_at").or(text("created_at")).unwrap_or_default();
        visible(context, row)
            && self.filters.iter().all(filtered)
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

/// Why a [`Store`] did not do it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// There is no such row, or it is not for this context to see.
    #[error("{class} {key} could not be found.")]
    NotFound {
        /// The class asked for.
        class: String,
        /// The key asked for.
        key: String,
    },
    /// There is such a row already.
    #[error("{class} {key} already exists.")]
    Exists {
        /// The class of the row.
        class: String,
        /// Its key.
        key: String,
    },
    /// Somebody else changed the instance first.
    #[error(
        "Conflict updating instance {instance_uuid}. \
         Expected: {{'task_state': [{expected}]}}. Actual: {{'task_state': {actual}}}"
    )]
    UnexpectedTaskState {
        /// The instance.
        instance_uuid: String,
        /// The states the caller was ready for.
        expected: String,
        /// The state it met; `deleting` means that the user has had enough.
        actual: String,
    },
    /// No row has the marker's key.
    #[error("Marker {0} could not be found.")]
    MarkerNotFound(String),
    /// Nova has no such class, or none that this store keeps.
    #[error("Unsupported object type {0}")]
    Unsupported(String),
    /// A row does not have the shape of its class.
    #[error("a {class} of another shape: {reason}")]
    Malformed {
        /// The class.
        class: String,
        /// What did not fit.
        reason: String,
    },
    /// The database, or the conductor, cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// Something went wrong on the other side.
    #[error(transparent)]
    Remote(RemoteError),
}

impl StoreError {
    pub(crate) fn malformed<T: NovaObject>(reason: &impl ToString) -> Self {
        Self::Malformed { class: T::NAME.into(), reason: reason.to_string() }
    }

    /// The error of a [`save`](Store::save) that met `actual` where it expected something else.
    pub fn unexpected(uuid: &str, expected: &[Option<TaskState>], actual: Option<&str>) -> Self {
        let word = |word: Option<&str>| word.map_or("None".into(), |w| format!("u'{w}'"));
        let words = expected.iter().map(|state| word(state.map(TaskState::as_str)));
        Self::UnexpectedTaskState {
            instance_uuid: uuid.into(),
            expected: words.collect::<Vec<_>>().join(", "),
            actual: word(actual),
        }
    }

    /// Is it that there is no such row?
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Is it that the user deletes the instance meanwhile?
    pub fn is_deleting(&self) -> bool {
        matches!(self, Self::UnexpectedTaskState { actual, .. } if actual == "u'deleting'")
    }

    /// The error that `remote` was before it crossed the wire.
    pub fn from_remote(remote: RemoteError) -> Self {
        let text = |name: &str| {
            remote.kwargs.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        match remote.class.as_str() {
            "UnexpectedTaskStateError" | "UnexpectedDeletingTaskStateError" => {
                Self::UnexpectedTaskState {
                    instance_uuid: text("instance_uuid"),
                    expected: text("expected"),
                    actual: text("actual"),
                }
            }
            class if class.ends_with("NotFound") && remote.kwargs.contains_key("key") => {
                Self::NotFound { class: text("class"), key: text("key") }
            }
            class if class.ends_with("Exists") && remote.kwargs.contains_key("key") => {
                Self::Exists { class: text("class"), key: text("key") }
            }
            _ => Self::Remote(remote),
        }
    }
}

impl NovaException for StoreError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::NotFound { class, .. } => format!("{class}NotFound").into(),
            Self::Exists { class, .. } => format!("{class}Exists").into(),
            Self::UnexpectedTaskState { .. } if self.is_deleting() => {
                "UnexpectedDeletingTaskStateError".into()
            }
            Self::UnexpectedTaskState { .. } => "UnexpectedTaskStateError".into(),
            Self::MarkerNotFound(_) => "MarkerNotFound".into(),
            Self::Unsupported(_) => "UnsupportedObjectError".into(),
            Self::Malformed { .. } => "ObjectActionError".into(),
            Self::Unavailable(_) => "DBConnectionError".into(),
            Self::Remote(remote) => remote.class(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Exists { .. } => 409,
            Self::MarkerNotFound(_) => 400,
            Self::Unavailable(_) => 503,
            Self::Remote(remote) => remote.code(),
            Self::UnexpectedTaskState { .. } | Self::Unsupported(_) | Self::Malformed { .. } => 500,
        }
    }

    fn kwargs(&self) -> Map<String, Value> {
        let named: &[(&str, &str)] = match self {
            Self::NotFound { class, key } | Self::Exists { class, key } => {
                &[("class", class), ("key", key)]
            }
            Self::UnexpectedTaskState { instance_uuid, expected, actual } => {
                &[("instance_uuid", instance_uuid), ("expected", expected), ("actual", actual)]
            }
            _ => &[],
        };
        let named = named.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        named.chain([("code".to_owned(), Value::from(self.code()))]).collect()
    }
}
