//! The smallest thing that obeys the five verbs.

use crate::{
    DateTime, Fields, Filters, Query, RequestContext, Store, StoreError,
    object::{Class, class as class_of, key_field},
    query::{met_by, text_of, visible},
};
use async_trait::async_trait;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Rows in a map, for examples and tests, and to read before the one with a database.
#[derive(Default)]
pub struct MemoryStore {
    tables: Mutex<HashMap<String, Vec<Fields>>>,
}

type Tables = HashMap<String, Vec<Fields>>;

impl MemoryStore {
    /// Rows stay whole even if a thread panicked while it held the lock: no verb changes a row
    /// in more than one step.
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<'t>(
    tables: &'t mut Tables,
    context: &RequestContext,
    class: &str,
    key: &str,
) -> Result<&'t mut Fields, StoreError> {
    let field = key_field(class)?;
    let is_it = |row: &&mut Fields| row.get(field).is_some_and(|value| text_of(value) == key);
    let rows = tables.entry(class.to_owned()).or_default();
    let row = rows.iter_mut().find(is_it).filter(|row| visible(context, row));
    row.ok_or_else(|| StoreError::NotFound { class: class.into(), key: key.into() })
}

/// The field in which another of `rows` says the same as `row`, though no two may: the key, or the
/// one that is unique besides.
fn clash(class: Class, rows: &[Fields], row: &Fields) -> Option<&'static str> {
    let others = || rows.iter().filter(|other| other.get("id") != row.get("id"));
    let same = |field: &&str| others().any(|other| other.get(*field) == row.get(*field));
    [Some(class.key), class.unique].into_iter().flatten().find(same)
}

/// Sets a field, but only of a class that has it.
fn stamp(row: &mut Fields, field: &str, value: impl Into<Value>) {
    if let Some(place) = row.get_mut(field) {
        *place = value.into();
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn create(
        &self,
        _context: &RequestContext,
        class: &str,
        mut fields: Fields,
    ) -> Result<Fields, StoreError> {
        let known = class_of(class)?;
        let mut tables = self.lock();
        let rows = tables.entry(class.to_owned()).or_default();
        let last = rows.last().and_then(|row| row.get("id")).and_then(Value::as_i64);
        stamp(&mut fields, "id", last.unwrap_or(0) + 1);
        stamp(&mut fields, "created_at", DateTime::now().to_string());
        if let Some(field) = clash(known, rows, &fields) {
            // A number is no name for what does not exist yet.
            let name = if known.key == "id" { field } else { known.key };
            let key = fields.get(name).map(text_of).unwrap_or_default().into_owned();
            return Err(StoreError::Exists { class: class.into(), key });
        }
        rows.push(fields.clone());
        Ok(fields)
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        find(&mut self.lock(), context, class, key).cloned()
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        let key = key_field(class)?;
        let tables = self.lock();
        let rows = tables.get(class).into_iter().flatten();
        query.arrange(key, rows.filter(|row| query.means(context, row)).cloned().collect())
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        let mut tables = self.lock();
        let mut row = find(&mut tables, context, class, key)?.clone();
        if !met_by(&row, expected) {
            return Err(StoreError::conflict(class, key, expected, &row));
        }
        row.extend(changes);
        stamp(&mut row, "updated_at", DateTime::now().to_string());
        if clash(class_of(class)?, tables.get(class).map_or(&[], Vec::as_slice), &row).is_some() {
            return Err(StoreError::Exists { class: class.into(), key: key.into() });
        }
        find(&mut tables, context, class, key)?.clone_from(&row);
        Ok(row)
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        let mut tables = self.lock();
        let row = find(&mut tables, context, class, key)?;
        if row.contains_key("deleted") {
            stamp(row, "deleted", true);
            stamp(row, "deleted_at", DateTime::now().to_string());
        } else {
            let row = row.clone();
            tables.entry(class.to_owned()).or_default().retain(|other| *other != row);
        }
        Ok(())
    }
}
