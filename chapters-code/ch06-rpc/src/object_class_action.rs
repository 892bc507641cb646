//! Get and list, as they travel to the conductor (`nova/objects/base.py`,
//! `remotable_classmethod`).

use nova_objects::{Class, Fields, Primitive, Query, StoreError, object::class, query::text_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};

/// The arguments of `object_class_action_versions`: run a method of this class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectClassAction {
    /// `Instance`, or `InstanceList`.
    pub objname: String,
    /// `get_by_uuid`, after the class's key field; `get_by_filters` of a list.
    pub objmethod: String,
    /// The versions of the classes that the caller can read.
    pub object_versions: BTreeMap<String, String>,
    /// Arguments by position: the key.
    pub args: Vec<Value>,
    /// Arguments by name: a [`Query`].
    pub kwargs: Fields,
}

/// What an [`ObjectClassAction`] asks of a [`Store`](nova_objects::Store).
#[derive(Clone, Debug, PartialEq)]
pub enum ClassAction {
    /// Read the row of this class with this key.
    Get(Class, String),
    /// Read the rows of this class that this describes.
    List(Class, Query),
}

const LIST: &str = "List";
const GET_BY_FILTERS: &str = "get_by_filters";
const OBJECTS: &str = "objects";

impl ObjectClassAction {
    /// Reads one object of the class called `name`.
    ///
    /// # Errors
    ///
    /// Nova knows no such class.
    pub fn get(name: &str, key: &str) -> Result<Self, StoreError> {
        let class = class(name)?;
        let method = format!("get_by_{}", class.key);
        Ok(Self::new(class, name.to_owned(), method, vec![key.into()], Fields::new()))
    }

    /// Reads the objects of the class called `name` that `query` describes.
    ///
    /// # Errors
    ///
    /// Nova knows no such class.
    pub fn list(name: &str, query: &Query) -> Result<Self, StoreError> {
        let class = class(name)?;
        let Ok(Value::Object(kwargs)) = serde_json::to_value(query) else {
            return Err(malformed(name, "its query is none"));
        };
        Ok(Self::new(class, format!("{name}{LIST}"), GET_BY_FILTERS.into(), Vec::new(), kwargs))
    }

    fn new(
        class: Class,
        objname: String,
        objmethod: String,
        args: Vec<Value>,
        kwargs: Fields,
    ) -> Self {
        let object_versions = BTreeMap::from([(objname.clone(), class.version.to_owned())]);
        Self { objname, objmethod, object_versions, args, kwargs }
    }

    /// What is asked: for the conductor.
    ///
    /// # Errors
    ///
    /// Nova knows no such class, or the class no such method, or an argument is none.
    pub fn action(&self) -> Result<ClassAction, StoreError> {
        let no_method =
            || malformed(&self.objname, &format!("it has no method {}", self.objmethod));
        if let Some(name) = self.objname.strip_suffix(LIST) {
            let class = class(name)?;
            let query = serde_json::from_value(Value::Object(self.kwargs.clone()))
                .map_err(|source| malformed(name, &source.to_string()))?;
            let action = ClassAction::List(class, query);
            return if self.objmethod == GET_BY_FILTERS { Ok(action) } else { Err(no_method()) };
        }
        let class = class(&self.objname)?;
        match (self.objmethod.strip_prefix("get_by_"), &self.args[..]) {
            (Some(field), [key]) if field == class.key => {
                Ok(ClassAction::Get(class, text_of(key).into_owned()))
            }
            _ => Err(no_method()),
        }
    }
}

/// The reply to a [`ClassAction::List`]: for the conductor. That to a `Get` is
/// [`Primitive::new`].
///
/// # Errors
///
/// A row cannot be written as JSON.
pub fn list_of(class: Class, rows: Vec<Fields>) -> Result<Primitive, StoreError> {
    let objects = rows.into_iter().map(|row| serde_json::to_value(Primitive::new(class, row)));
    let objects: Result<Vec<_>, _> = objects.collect();
    let objects = objects.map_err(|source| malformed(class.name, &source.to_string()))?;
    let data = Fields::from_iter([(OBJECTS.to_owned(), Value::Array(objects))]);
    Ok(Primitive { name: format!("{}{LIST}", class.name), ..Primitive::new(class, data) })
}

/// The rows in such a reply.
pub(crate) fn rows_of(mut list: Primitive) -> Result<Vec<Fields>, StoreError> {
    let objects = list.data.remove(OBJECTS).unwrap_or_default();
    let objects: Vec<Primitive> = serde_json::from_value(objects)
        .map_err(|source| malformed(&list.name, &source.to_string()))?;
    Ok(objects.into_iter().map(|object| object.data).collect())
}

fn malformed(class: &str, reason: &str) -> StoreError {
    StoreError::Malformed { class: class.to_owned(), reason: reason.to_owned() }
}

/// For the trace: `Instance.get_by_uuid`.
impl fmt::Display for ObjectClassAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.objname, self.objmethod)
    }
}
