//! Create, save and destroy, as they travel to the conductor (`nova/objects/base.py`,
//! `remotable`).

use nova_objects::{
    Class, Fields, Filters, Primitive, StoreError, TaskState, object::class, query::text_of,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::fmt;

/// The arguments of `object_action`: run a method of this one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectAction {
    /// The object: its key, and of the rest what the method needs.
    pub objinst: Primitive,
    /// `create`, `save` or `destroy`.
    pub objmethod: String,
    /// Arguments by position. Ours have none.
    pub args: Vec<Value>,
    /// Arguments by name: `save` may have `expected_task_state`, and for other fields `expected`.
    pub kwargs: Fields,
}

/// The answer to `object_action`: the fields that are not as they were sent, and what the method
/// gave back.
pub type ObjectActionReply = (Fields, Value);

/// What an [`ObjectAction`] asks of a [`Store`](nova_objects::Store).
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Add a row with these fields.
    Create(Fields),
    /// Change a row.
    Save {
        /// Which one.
        key: String,
        /// The fields to change.
        changes: Fields,
        /// The values of fields with which they may be changed.
        expected: Filters,
    },
    /// Remove the row with this key.
    Destroy(String),
}

/// Nova's own argument, for the field that it is mostly about.
const EXPECTED_TASK_STATE: &str = "expected_task_state";
/// One of ours: what is expected of any other field.
const EXPECTED: &str = "expected";
const TASK_STATE: &str = "task_state";
const WHAT_CHANGED: &str = "obj_what_changed";

impl ObjectAction {
    /// Creates an object of the class called `name`.
    ///
    /// # Errors
    ///
    /// Nova knows no such class; so it is with `save` and `destroy`.
    pub fn create(name: &str, fields: Fields) -> Result<Self, StoreError> {
        let changes = names(&fields);
        Ok(Self::new(class(name)?, "create", fields, changes))
    }

    /// Saves what is changed of an object, while its fields have the values `expected`.
    ///
    /// # Errors
    ///
    /// Nova knows no such class.
    pub fn save(
        name: &str,
        key: &str,
        changes: Fields,
        mut expected: Filters,
    ) -> Result<Self, StoreError> {
        let class = class(name)?;
        let changed = names(&changes);
        let data = key_only(class, key).into_iter().chain(changes).collect();
        let mut action = Self::new(class, "save", data, changed);
        if let Some(states) = expected.remove(TASK_STATE) {
            action.kwargs.insert(EXPECTED_TASK_STATE.into(), Value::Array(states));
        }
        if !expected.is_empty() {
            let others = expected.into_iter().map(|(field, values)| (field, Value::Array(values)));
            action.kwargs.insert(EXPECTED.into(), Value::Object(others.collect()));
        }
        Ok(action)
    }

    /// Destroys an object.
    ///
    /// # Errors
    ///
    /// Nova knows no such class.
    pub fn destroy(name: &str, key: &str) -> Result<Self, StoreError> {
        let class = class(name)?;
        Ok(Self::new(class, "destroy", key_only(class, key), Vec::new()))
    }

    fn new(class: Class, objmethod: &str, data: Fields, changes: Vec<String>) -> Self {
        Self {
            objinst: Primitive { changes, ..Primitive::new(class, data) },
            objmethod: objmethod.to_owned(),
            args: Vec::new(),
            kwargs: Fields::new(),
        }
    }

    /// What is asked: for the conductor.
    ///
    /// # Errors
    ///
    /// Nova knows no such class, or the class no such method, or an argument is none.
    pub fn action(&self) -> Result<Action, StoreError> {
        let Primitive { data, changes, .. } = &self.objinst;
        let key = || {
            let key = data.get(class(&self.objinst.name)?.key).map(text_of);
            key.map(String::from).ok_or_else(|| self.malformed("it has no key"))
        };
        match self.objmethod.as_str() {
            "create" => Ok(Action::Create(data.clone())),
            "save" => {
                let changed = data.iter().filter(|(name, _)| changes.contains(name));
                let changes = changed.map(|(name, value)| (name.clone(), value.clone()));
                let (key, expected) = (key()?, self.expected()?);
                Ok(Action::Save { key, changes: changes.collect(), expected })
            }
            "destroy" => Ok(Action::Destroy(key()?)),
            other => Err(self.malformed(&format!("it has no method {other}"))),
        }
    }

    /// The reply to give if the row is now `row`: for the conductor.
    pub fn reply(&self, mut row: Fields) -> ObjectActionReply {
        row.retain(|name, value| self.objinst.data.get(name) != Some(value));
        row.insert(WHAT_CHANGED.into(), Value::Array(Vec::new()));
        (row, Value::Null)
    }

    /// The row as it is now, by the reply.
    pub(crate) fn row(self, (updates, _): ObjectActionReply) -> Fields {
        let mut row = self.objinst.data;
        row.extend(updates);
        row.remove(WHAT_CHANGED);
        row
    }

    fn expected(&self) -> Result<Filters, StoreError> {
        let mut expected: Filters = self.argument(EXPECTED)?.unwrap_or_default();
        let states: Option<Vec<Option<TaskState>>> = self.argument(EXPECTED_TASK_STATE)?;
        if let Some(states) = states {
            let states = states.into_iter().map(|state| state.map(TaskState::as_str).into());
            expected.insert(TASK_STATE.into(), states.collect());
        }
        Ok(expected)
    }

    fn argument<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let argument = self.kwargs.get(name).cloned().map(serde_json::from_value).transpose();
        argument.map_err(|source| self.malformed(&source.to_string()))
    }

    fn malformed(&self, reason: &str) -> StoreError {
        StoreError::Malformed { class: self.objinst.name.clone(), reason: reason.to_owned() }
    }
}

fn names(fields: &Fields) -> Vec<String> {
    fields.keys().cloned().collect()
}

/// An object of which nothing is known but its key. Numbers travel as numbers.
fn key_only(class: Class, key: &str) -> Fields {
    let number = if class.key == "id" { key.parse::<i64>().ok() } else { None };
    Fields::from_iter([(class.key.to_owned(), number.map_or_else(|| key.into(), Value::from))])
}

/// For the trace: `Instance.save  task: scheduling → spawning`.
impl fmt::Display for ObjectAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.objinst.name, self.objmethod)?;
        if self.objmethod != "save" {
            return Ok(());
        }
        let word = |state: &Value| state.as_str().unwrap_or("none").to_owned();
        if let Some(state) = self.objinst.data.get("vm_state") {
            write!(f, "  vm: {}", word(state))?;
        }
        if let Some(state) = self.objinst.data.get("task_state") {
            let expected = self.kwargs.get(EXPECTED_TASK_STATE).and_then(Value::as_array);
            let from = expected.map(|states| states.iter().map(word).collect::<Vec<_>>().join("|"));
            let from = from.map(|from| format!("{from} → ")).unwrap_or_default();
            write!(f, "  task: {from}{}", word(state))?;
        }
        Ok(())
    }
}
