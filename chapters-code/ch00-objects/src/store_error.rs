//! Why the rows could not be had, under Nova's names (`nova/exception.py`).

use crate::{Fields, Filters, Instance, NovaException, NovaObject, RemoteError};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Why a [`Store`](crate::Store) did not do it.
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
    /// Somebody else began something with the instance first.
    #[error("Conflict updating instance {instance_uuid}. Expected: {expected}. Actual: {actual}")]
    UnexpectedTaskState {
        /// The instance.
        instance_uuid: String,
        /// What the caller was ready for, as Python shows a dict.
        expected: String,
        /// What it met.
        actual: String,
        /// Is it that the user has had enough, and deletes it?
        deleting: bool,
    },
    /// Somebody else changed the row first.
    #[error("Conflict updating {} {key}. Expected: {expected}. Actual: {actual}", noun(class))]
    UpdateConflict {
        /// The class of the row.
        class: String,
        /// Its key.
        key: String,
        /// What the caller was ready for, as Python shows a dict.
        expected: String,
        /// What it met.
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
    /// It is not for a compute service to do this: which one, to which row, and whose that is.
    #[error("{0}")]
    Forbidden(String),
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

    /// The error of a [`save`](crate::Store::save) that `expected` of a row what it, `row`, is not
    /// (`_instance_update`). It tells the fields that differ; all of them if none does, for the
    /// row may have changed back by now.
    pub fn conflict(class: &str, key: &str, expected: &Filters, row: &Fields) -> Self {
        let actual = |field: &String| row.get(field).cloned().unwrap_or_default();
        let mut told = expected.clone();
        told.retain(|field, values| !values.contains(&actual(field)));
        let told = if told.is_empty() { expected } else { &told };
        let is_task_state = told.contains_key(TASK_STATE);
        let actual = repr(&told.keys().map(|field| (field.clone(), actual(field))).collect());
        let told = told.iter().map(|(field, values)| (field.clone(), Value::from(values.clone())));
        let (key, expected) = (key.to_owned(), repr(&told.collect()));
        if is_task_state {
            let deleting = row.get(TASK_STATE).is_some_and(|state| state == "deleting");
            return Self::UnexpectedTaskState { instance_uuid: key, expected, actual, deleting };
        }
        Self::UpdateConflict { class: class.into(), key, expected, actual }
    }

    /// Is it that there is no such row?
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Is it that the user deletes the instance meanwhile?
    pub fn is_deleting(&self) -> bool {
        matches!(self, Self::UnexpectedTaskState { deleting: true, .. })
    }

    /// The error that `remote` was before it crossed the wire.
    pub fn from_remote(remote: RemoteError) -> Self {
        let text = |name: &str| {
            remote.kwargs.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        match remote.class.as_str() {
            class @ ("UnexpectedTaskStateError" | "UnexpectedDeletingTaskStateError") => {
                Self::UnexpectedTaskState {
                    instance_uuid: text("instance_uuid"),
                    expected: text("expected"),
                    actual: text("actual"),
                    deleting: class == "UnexpectedDeletingTaskStateError",
                }
            }
            class if class.ends_with("UpdateConflict") && remote.kwargs.contains_key("key") => {
                Self::UpdateConflict {
                    class: text("class"),
                    key: text("key"),
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
            "Forbidden" => Self::Forbidden(remote.message),
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
            Self::UpdateConflict { class, .. } => format!("{class}UpdateConflict").into(),
            Self::MarkerNotFound(_) => "MarkerNotFound".into(),
            Self::Unsupported(_) => "UnsupportedObjectError".into(),
            Self::Malformed { .. } => "ObjectActionError".into(),
            Self::Forbidden(_) => "Forbidden".into(),
            Self::Unavailable(_) => "DBConnectionError".into(),
            Self::Remote(remote) => remote.class(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Exists { .. } | Self::UpdateConflict { .. } => 409,
            Self::MarkerNotFound(_) => 400,
            Self::Forbidden(_) => 403,
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
            Self::UnexpectedTaskState { instance_uuid, expected, actual, .. } => {
                &[("instance_uuid", instance_uuid), ("expected", expected), ("actual", actual)]
            }
            Self::UpdateConflict { class, key, expected, actual } => {
                &[("class", class), ("key", key), ("expected", expected), ("actual", actual)]
            }
            _ => &[],
        };
        let named = named.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        named.chain([("code".to_owned(), Value::from(self.code()))]).collect()
    }
}

const TASK_STATE: &str = "task_state";

/// What Nova calls a row of `class` in a sentence.
fn noun(class: &str) -> &str {
    if class == Instance::NAME { "instance" } else { class }
}

/// A value as Python 2 shows it.
fn repr(value: &Value) -> String {
    let listed = |words: &mut dyn Iterator<Item = String>| words.collect::<Vec<_>>().join(", ");
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            format!("u'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        Value::Array(items) => format!("[{}]", listed(&mut items.iter().map(repr))),
        Value::Object(fields) => {
            let mut items = fields.iter().map(|(name, value)| format!("'{name}': {}", repr(value)));
            format!("{{{}}}", listed(&mut items))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Fields, Filters, NovaException, RemoteError, StoreError};
    use serde_json::{Value, json};

    fn conflict(class: &str, expected: &Value, actual: &Value) -> StoreError {
        let expected: Filters = serde_json::from_value(expected.clone()).unwrap();
        let actual: Fields = serde_json::from_value(actual.clone()).unwrap();
        StoreError::conflict(class, "k", &expected, &actual)
    }

    #[test]
    fn a_conflict_tells_what_differs_in_novas_words_and_crosses_the_wire() {
        for (class, expected, actual, name, text) in [
            (
                "Instance",
                json!({"task_state": ["spawning", null], "host": ["h"]}),
                json!({"task_state": "deleting", "host": "h"}),
                "UnexpectedDeletingTaskStateError",
                "instance k. Expected: {'task_state': [u'spawning', None]}. \
                 Actual: {'task_state': u'deleting'}",
            ),
            (
                "Instance",
                json!({"task_state": [null], "tags": [["a'b"]]}),
                json!({"task_state": null, "tags": [], "host": "h"}),
                "InstanceUpdateConflict",
                "instance k. Expected: {'tags': [[u'a\\'b']]}. Actual: {'tags': []}",
            ),
            (
                "Aggregate",
                json!({"metadata": [{"ssd": "true"}], "id": [2]}),
                json!({"metadata": {}, "id": 1}),
                "AggregateUpdateConflict",
                "Aggregate k. Expected: {'id': [2], 'metadata': [{'ssd': u'true'}]}. \
                 Actual: {'id': 1, 'metadata': {}}",
            ),
            (
                "Instance",
                json!({"task_state": [null]}),
                json!({"task_state": null}),
                "UnexpectedTaskStateError",
                "instance k. Expected: {'task_state': [None]}. Actual: {'task_state': None}",
            ),
        ] {
            let error = conflict(class, &expected, &actual);
            assert_eq!(error.class(), name);
            assert_eq!(error.to_string(), format!("Conflict updating {text}"));
            assert_eq!(StoreError::from_remote(RemoteError::from_exception(&error)), error);
        }
    }
}
