//! What all rows have in common (`nova/objects/base.py`).

use crate::{Query, RequestContext, Store, StoreError, Tracked};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

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
    /// Another field of which no two rows have the same value.
    const UNIQUE: Option<&'static str> = None;

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
    /// [`NovaObject::UNIQUE`].
    pub unique: Option<&'static str>,
}

impl Class {
    pub(crate) fn of<T: NovaObject>() -> Self {
        Self { name: T::NAME, version: T::VERSION, key: T::KEY, unique: T::UNIQUE }
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
        Service,
        KeyPair,
        Aggregate,
        InstanceGroup,
        Quota,
        Migration
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

pub(crate) fn fields<T: NovaObject>(object: &T) -> Result<Fields, StoreError> {
    match serde_json::to_value(object) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(other) => Err(StoreError::malformed::<T>(&format!("{other} is no object"))),
        Err(source) => Err(StoreError::malformed::<T>(&source)),
    }
}
