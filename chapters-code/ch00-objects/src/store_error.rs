//! Why the rows could not be had, under Nova's names (`nova/exception.py`).

use crate::{NovaException, NovaObject, RemoteError, TaskState};
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

    /// The error of a [`save`](crate::Store::save) that met `actual` where it expected something else.
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
