//! What has changed since (`nova/objects/base.py` `obj_what_changed`, `save`, `refresh`).

use crate::{
    Fields, Filters, NovaObject, Primitive, RequestContext, Store, StoreError, TaskState,
    object::{Class, fields},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::ops::{Deref, DerefMut};

/// How often a change is tried on a row that others change too.
const UPDATE_ATTEMPTS: usize = 100;

/// A row as it was read, and what has changed since.
///
/// It is used like the object itself; [`save`](Tracked::save) writes the difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracked<T> {
    object: T,
    saved: Fields,
}

impl<T: NovaObject> Tracked<T> {
    /// What the object says when it is written counts as saved: a row, or a sender, that is older
    /// than a field of the class does not know it, and that is no change.
    pub(crate) fn from_fields(row: Fields) -> Result<Self, StoreError> {
        let object: T = serde_json::from_value(Value::Object(row))
            .map_err(|source| StoreError::malformed::<T>(&source))?;
        let saved = fields(&object)?;
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
        self.save_on_match(store, context, &Filters::new()).await
    }

    /// Writes what has changed, but only while `task_state` is one of `expected`; none means
    /// whatever it is.
    ///
    /// This is how two services that touch one instance keep out of each other's way, without a
    /// lock: who comes second finds another state than it expected, and writes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnexpectedTaskState`] if it is another; else as [`save`](Tracked::save).
    // ANCHOR: save_expecting
    pub async fn save_expecting(
        &mut self,
        store: &dyn Store,
        context: &RequestContext,
        expected: &[Option<TaskState>],
    ) -> Result<(), StoreError> {
        let states = expected.iter().map(|state| state.map(TaskState::as_str).into()).collect();
        let states = Some(("task_state".to_owned(), states)).filter(|_| !expected.is_empty());
        self.save_on_match(store, context, &states.into_iter().collect()).await
    }
    // ANCHOR_END: save_expecting

    /// Has `change` change the object, and saves that, so that nobody else's change is lost.
    ///
    /// A list or a map is one field: who writes it, writes all of it. So it is written only while
    /// it is as `change` found it. If it is not, the row is read again and changed again; what was
    /// changed and not saved before is forgotten then.
    ///
    /// # Errors
    ///
    /// `change` fails: then nothing is written, and the object stays as it was. Or
    /// [`StoreError::UpdateConflict`] if others are faster a hundred times; else as
    /// [`save`](Tracked::save).
    // ANCHOR: update
    pub async fn update<E: From<StoreError>>(
        &mut self,
        store: &dyn Store,
        context: &RequestContext,
        mut change: impl FnMut(&mut T) -> Result<(), E>,
    ) -> Result<(), E> {
        for attempt in 1.. {
            let mut changed = self.clone();
            change(&mut changed.object)?;
            let as_found = changed.collections_as_found()?;
            match changed.save_on_match(store, context, &as_found).await {
                Err(StoreError::UpdateConflict { .. }) if attempt < UPDATE_ATTEMPTS => {
                    self.refresh(store, context).await?;
                }
                saved => {
                    saved?;
                    *self = changed;
                    break;
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: update

    /// Of the lists and maps that have changed, what the store last said.
    fn collections_as_found(&self) -> Result<Filters, StoreError> {
        let found = |(name, _)| self.saved.get(&name).map(|value| (name, value.clone()));
        let found = self.changes()?.into_iter().filter_map(found);
        let collections = found.filter(|(_, value)| value.is_array() || value.is_object());
        Ok(collections.map(|(name, value)| (name, vec![value])).collect())
    }

    /// What the store last said of these fields: for [`save_on_match`](Tracked::save_on_match).
    pub fn as_found(&self, fields: &[&str]) -> Filters {
        let found = |name: &&str| Some(((*name).to_owned(), vec![self.saved.get(*name)?.clone()]));
        fields.iter().filter_map(found).collect()
    }

    /// Writes what has changed, but only while the fields named in `expected` have one of the
    /// values that stand there (`update_on_match`). Where nothing has changed nothing is written, and
    /// no condition is looked at.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnexpectedTaskState`] if the task has another, [`StoreError::UpdateConflict`] if
    /// another field has; else as [`save`](Tracked::save).
    pub async fn save_on_match(
        &mut self,
        store: &dyn Store,
        context: &RequestContext,
        expected: &Filters,
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

impl<T> AsRef<T> for Tracked<T> {
    fn as_ref(&self) -> &T {
        &self.object
    }
}

impl<T> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.object
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

#[cfg(test)]
mod tests {
    use crate::{Flavor, Instance, Tracked, object::fields};
    use serde_json::{Value, json};

    #[test]
    fn a_field_that_an_older_sender_does_not_know_has_not_changed() {
        let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
        let instance = Instance::building("p", "u", "web", flavor);
        let row = Tracked::<Instance>::from_fields(fields(&instance).unwrap()).unwrap();
        let mut wire = serde_json::to_value(row).unwrap();
        wire["nova_object.changes"] = json!(["host"]);
        let data = wire["nova_object.data"].as_object_mut().unwrap();
        data.retain(|name, _| !["locked", "tags", "network_info", "key_data"].contains(&&**name));
        data.get_mut("flavor").and_then(Value::as_object_mut).unwrap().remove("projects");
        let read: Tracked<Instance> = serde_json::from_value(wire).unwrap();
        assert_eq!(*read, instance);
        let changes = read.changes().unwrap();
        assert!(changes.keys().eq(["host"]), "what it says has changed, and no more: {changes:?}");
    }
}
