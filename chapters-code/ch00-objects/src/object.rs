//! What all rows have in common (`nova/objects/base.py`).

use crate::{Query, RequestContext, Store, StoreError, TaskState};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::ops::{Deref, DerefMut};

/// The fields of a row by name: how rows travel, and how a [`Store`] sees them.
pub type Fields = Map<String, Value>;

/// A row of the cloud.
///
/// The four verbs that begin a row's life are here, the three that go on with it on [`Tracked`].
/// All are as in Nova, where `Instance.get_by_uuid(context, uuid)` gives an object that knows
/// what has changed since, and `instance.save()` writes that and nothing else.
pub trait NovaObject: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// Nova's name for the class.
    const NAME: &'static str;
    /// The version of the class, as it travels with each object.
    const VERSION: &'static str;
    /// The field by which rows are found.
    const KEY: &'static str;

    /// What stands in that field.
    fn key(&self) -> String;

    /// Writes a new row; the store fills in `id` and the times.
    fn create(
        self,
        store: &dyn Store,
        context: &RequestContext,
    ) -> impl Future<Output = Result<Tracked<Self>, StoreError>> + Send {
        async move {
            let row = store.create(context, Self::NAME, fields(&self)?).await?;
            Tracked::from_fields(row)
        }
    }

    /// Reads the row whose key is `key`.
    fn get(
        store: &dyn Store,
        context: &RequestContext,
        key: &str,
    ) -> impl Future<Output = Result<Tracked<Self>, StoreError>> + Send {
        async move { Tracked::from_fields(store.get(context, Self::NAME, key).await?) }
    }

    /// Reads the rows that `query` describes.
    fn list(
        store: &dyn Store,
        context: &RequestContext,
        query: Query,
    ) -> impl Future<Output = Result<Vec<Tracked<Self>>, StoreError>> + Send {
        async move {
            let rows = store.list(context, Self::NAME, &query).await?;
            rows.into_iter().map(Tracked::from_fields).collect()
        }
    }

    /// Reads the first row that `query` describes, if there is one.
    fn find(
        store: &dyn Store,
        context: &RequestContext,
        query: Query,
    ) -> impl Future<Output = Result<Option<Tracked<Self>>, StoreError>> + Send {
        async move { Ok(Self::list(store, context, query.limit(1)).await?.into_iter().next()) }
    }
}

/// What is known of a class of rows where only its name is known: in a [`Store`], on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// Nova's name for it, [`NovaObject::NAME`].
    pub name: &'static str,
    /// [`NovaObject::VERSION`].
    pub version: &'static str,
    /// [`NovaObject::KEY`].
    pub key: &'static str,
}

impl Class {
    fn of<T: NovaObject>() -> Self {
        Self { name: T::NAME, version: T::VERSION, key: T::KEY }
    }
}

/// The class called `name` (`NovaObject.obj_class_from_name`).
///
/// # Errors
///
/// Nova knows no such class.
pub fn class(name: &str) -> Result<Class, StoreError> {
    macro_rules! classes {
        ($($class:ident),+) => {
            match name {
                $(crate::$class::NAME => Ok(Class::of::<crate::$class>()),)+
                _ => Err(StoreError::Unsupported(name.to_owned())),
            }
        };
    }
    classes!(
        Instance,
        InstanceFault,
        InstanceAction,
        InstanceActionEvent,
        Flavor,
        ComputeNode,
        Service
    )
}

/// The key field of the class called `name`.
///
/// # Errors
///
/// Nova knows no such class.
pub fn key_field(name: &str) -> Result<&'static str, StoreError> {
    class(name).map(|class| class.key)
}

/// A row as it was read, and what has changed since.
///
/// It is used like the object itself; [`save`](Tracked::save) writes the difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracked<T> {
    object: T,
    saved: Fields,
}

impl<T: NovaObject> Tracked<T> {
    fn from_fields(saved: Fields) -> Result<Self, StoreError> {
        let object = serde_json::from_value(Value::Object(saved.clone()))
            .map_err(|source| StoreError::malformed::<T>(&source))?;
        Ok(Self { object, saved })
    }

    /// The fields that differ from what the store last said (`obj_what_changed`).
    ///
    /// # Errors
    ///
    /// The object cannot be written as fields.
    pub fn changes(&self) -> Result<Fields, StoreError> {
        let now = fields(&self.object)?;
        Ok(now.into_iter().filter(|(name, value)| self.saved.get(name) != Some(value)).collect())
    }

    /// Writes what has changed, and reads the row as it is then.
    ///
    /// # Errors
    ///
    /// The row is gone, or the store is out of reach.
    pub async fn save(
        &mut self,
        store: &dyn Store,
        context: &RequestContext,
    ) -> Result<(), StoreError> {
        self.save_expecting(store, context, &[]).await
    }

    /// Writes what has changed, but only while `task_state` is one of `expected`.
    ///
    /// This is how two services that touch one instance keep out of each other's way, without a
    /// lock: who comes second finds another state than it expected, and writes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnexpectedTaskState`] if it is another; else as [`save`](Tracked::save).
    pub async fn save_expecting(
        &mut self,
        store: &dyn Store,
        context: &RequestContext,
        expected: &[Option<TaskState>],
    ) -> Result<(), StoreError> {
        let changes = self.changes()?;
        if !changes.is_empty() {
            let key = self.object.key();
            let row = store.save(context, T::NAME, &key, changes, expected).await?;
            *self = Self::from_fields(row)?;
        }
        Ok(())
    }

    /// Reads the row again; changes not saved are forgotten.
    ///
    /// # Errors
    ///
    /// The row is gone, or the store is out of reach.
    pub async fn refresh(
        &mut self,
        store: &dyn Store,
        context: &RequestContext,
    ) -> Result<(), StoreError> {
        *self = T::get(store, context, &self.object.key()).await?;
        Ok(())
    }

    /// Removes the row; an instance's is kept, and marked as deleted.
    ///
    /// # Errors
    ///
    /// The row is gone already, or the store is out of reach.
    pub async fn destroy(
        &self,
        store: &dyn Store,
        context: &RequestContext,
    ) -> Result<(), StoreError> {
        store.destroy(context, T::NAME, &self.object.key()).await
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.object
    }
}

impl<T> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.object
    }
}

fn fields<T: NovaObject>(object: &T) -> Result<Fields, StoreError> {
    match serde_json::to_value(object) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(other) => Err(StoreError::malformed::<T>(&format!("{other} is no object"))),
        Err(source) => Err(StoreError::malformed::<T>(&source)),
    }
}

/// An object as it travels (`NovaObjectSerializer`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Primitive {
    /// Its class.
    #[serde(rename = "nova_object.name")]
    pub name: String,
    /// `nova`: whose class it is.
    #[serde(rename = "nova_object.namespace")]
    pub namespace: String,
    /// The version of the class.
    #[serde(rename = "nova_object.version")]
    pub version: String,
    /// Its fields, or those of them that the sender has.
    #[serde(rename = "nova_object.data")]
    pub data: Fields,
    /// The names of the fields that were changed and not yet saved.
    #[serde(rename = "nova_object.changes", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

impl Primitive {
    /// An object of `class` with the fields `data`, none of them changed.
    pub fn new(class: Class, data: Fields) -> Self {
        Self {
            name: class.name.into(),
            namespace: "nova".into(),
            version: class.version.into(),
            data,
            changes: Vec::new(),
        }
    }
}

impl<T: NovaObject> Serialize for Tracked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let changes = self.changes().map_err(serde::ser::Error::custom)?;
        let data = fields(&self.object).map_err(serde::ser::Error::custom)?;
        let changes = changes.into_iter().map(|(name, _)| name).collect();
        Primitive { changes, ..Primitive::new(Class::of::<T>(), data) }.serialize(serializer)
    }
}

impl<'de, T: NovaObject> Deserialize<'de> for Tracked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let primitive = Primitive::deserialize(deserializer)?;
        if primitive.name != T::NAME {
            let problem = format!("wanted a {}, got a {}", T::NAME, primitive.name);
            return Err(serde::de::Error::custom(problem));
        }
        let mut tracked = Self::from_fields(primitive.data).map_err(serde::de::Error::custom)?;
        for name in primitive.changes {
            tracked.saved.remove(&name);
        }
        Ok(tracked)
    }
}
