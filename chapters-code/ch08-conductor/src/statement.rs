//! A statement: what SQLAlchemy's `query()` is to `nova/db/sqlalchemy/api.py`.

use crate::{
    cell::Cell,
    table::{Table, Type},
};
use nova_objects::{DateTime, Fields, StoreError};
use serde_json::Value;
use std::{borrow::Cow, panic::Location};

/// One SQL statement, and the values that go with it.
///
/// Its text is made of names out of a [`Table`] and of placeholders; whatever came from outside
/// is a [`Cell`]. The same text runs on every database.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) table: &'static Table,
    /// The key of the row it is about, for whoever reports an error.
    pub(crate) key: String,
    pub(crate) cells: Vec<Cell>,
    /// Where it was written down.
    pub(crate) location: &'static Location<'static>,
    verb: &'static str,
    head: String,
    conditions: Vec<String>,
    tail: String,
}

impl Statement {
    /// A new row: `id` and `created_at` are the store's to say.
    #[track_caller]
    pub(crate) fn insert(table: &'static Table, fields: &Fields) -> Result<Self, StoreError> {
        for name in fields.keys() {
            table.column(name)?;
        }
        let now = Value::from(DateTime::now().to_string());
        let mut insert = Self::new("INSERT", table);
        let (mut names, mut places) = (Vec::new(), Vec::new());
        for &(name, kind) in table.columns.iter().filter(|(name, _)| *name != "id") {
            let given = fields.get(name).unwrap_or(&Value::Null);
            let value = if name == "created_at" { &now } else { given };
            names.push(quoted(name));
            places.push(insert.bind_field(name, kind, value)?);
        }
        // What is known by its number has no key before it has a row: another word says which.
        let named = [table.key, "host", "name", "resource"]
            .into_iter()
            .find_map(|name| fields.get(name)?.as_str());
        insert.key = named.unwrap_or_default().into();
        let (names, places) = (names.join(", "), places.join(", "));
        insert.head = format!("INSERT INTO {} ({names}) VALUES ({places})", table.name);
        insert.tail = " RETURNING *".into();
        Ok(insert)
    }

    /// Whole rows.
    #[track_caller]
    pub(crate) fn select(table: &'static Table) -> Self {
        Self { head: format!("SELECT * FROM {}", table.name), ..Self::new("SELECT", table) }
    }

    /// Other values in the columns named, and in no others.
    #[track_caller]
    pub(crate) fn update(table: &'static Table, changes: &Fields) -> Result<Self, StoreError> {
        let mut update = Self::new("UPDATE", table);
        let mut assignments = Vec::new();
        for (name, value) in changes {
            let (name, kind) = table.column(name)?;
            let place = update.bind_field(name, kind, value)?;
            assignments.push(format!("{} = {place}", quoted(name)));
        }
        // An update that changes nothing still is a statement, and still asks for the state.
        if assignments.is_empty() {
            assignments.push("id = id".into());
        }
        update.head = format!("UPDATE {} SET {}", table.name, assignments.join(", "));
        update.tail = " RETURNING *".into();
        Ok(update)
    }

    /// No such row any more.
    #[track_caller]
    pub(crate) fn delete(table: &'static Table) -> Self {
        let head = format!("DELETE FROM {}", table.name);
        Self { head, tail: " RETURNING *".into(), ..Self::new("DELETE", table) }
    }

    #[track_caller]
    fn new(verb: &'static str, table: &'static Table) -> Self {
        Self {
            table,
            key: String::new(),
            cells: Vec::new(),
            location: Location::caller(),
            verb,
            head: String::new(),
            conditions: Vec::new(),
            tail: String::new(),
        }
    }

    /// How traces call it: `UPDATE instances`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.verb, self.table.name)
    }

    /// Its text.
    pub(crate) fn sql(&self) -> String {
        let head = &self.head;
        if self.conditions.is_empty() {
            return format!("{head}{}", self.tail);
        }
        format!("{head} WHERE {}{}", self.conditions.join(" AND "), self.tail)
    }

    /// Asks for one more thing of the rows it is about.
    pub(crate) fn condition(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    /// What stands behind the conditions.
    pub(crate) fn tail(&mut self, tail: &str) {
        self.tail.push_str(tail);
    }

    /// Adds a value, and gives the placeholder that stands for it.
    pub(crate) fn bind(&mut self, cell: Cell) -> String {
        self.cells.push(cell);
        format!("${}", self.cells.len())
    }

    fn bind_field(&mut self, name: &str, kind: Type, value: &Value) -> Result<String, StoreError> {
        let refused = || self.table.malformed(format!("{name} cannot hold {value}"));
        let cell = cell(kind, value).ok_or_else(refused)?;
        Ok(self.bind(cell))
    }
}

/// `value` as a column of `kind` holds it; `None` if such a column cannot. Maps that are equal
/// have one text, whatever order somebody wrote them in: so they can be compared as texts.
pub(crate) fn cell(kind: Type, value: &Value) -> Option<Cell> {
    let mut value = Cow::Borrowed(value);
    if kind == Type::Json {
        value.to_mut().sort_all_objects();
    }
    Cell::write(kind, &value)
}

/// A column's name as it stands in a statement: `binary` is a word of PostgreSQL's own.
pub(crate) fn quoted(column: &str) -> &str {
    if column == "binary" { "\"binary\"" } else { column }
}
