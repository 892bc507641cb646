//! A table, described: what `Column(...)` lines are in `nova/db/sqlalchemy/models.py`.

use crate::{cell::Cell, models::TABLES};
use nova_objects::{Fields, StoreError};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Integer,
    Real,
    /// 0 or 1.
    Boolean,
    Text,
    /// A [`DateTime`](nova_objects::DateTime), as text that sorts as moments do.
    Time,
    /// A list or a map, as JSON text.
    Json,
}

/// Where the rows of a class are, and of what they are made.
///
/// Every name that stands in a statement comes from here, none from whoever asks.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) class: &'static str,
    pub(crate) name: &'static str,
    /// The column by which rows are found.
    pub(crate) key: &'static str,
    /// In the order of the class's fields; every table has an `id`.
    pub(crate) columns: &'static [(&'static str, Type)],
}

impl Table {
    /// The table of the class called `class`.
    pub(crate) fn of(class: &str) -> Result<&'static Self, StoreError> {
        let table = TABLES.iter().find(|table| table.class == class);
        table.copied().ok_or_else(|| StoreError::Unsupported(class.to_owned()))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(column, _)| *column == name)
    }

    /// The column that holds the field `name`: its own name, and what it holds.
    pub(crate) fn column(&self, name: &str) -> Result<(&'static str, Type), StoreError> {
        let column = self.columns.iter().find(|(column, _)| *column == name);
        column.copied().ok_or_else(|| self.malformed(format!("it has no field {name}")))
    }

    /// The fields of a row, read cell by cell.
    pub(crate) fn fields(
        &self,
        cell: impl Fn(&'static str, Type) -> Result<Cell, sqlx::Error>,
    ) -> Result<Fields, sqlx::Error> {
        let read = |&(name, kind): &(&'static str, Type)| {
            let unreadable = || sqlx::Error::ColumnDecode {
                index: name.into(),
                source: format!("{} holds what it cannot mean", self.name).into(),
            };
            Ok((name.to_owned(), cell(name, kind)?.read(kind).ok_or_else(unreadable)?))
        };
        self.columns.iter().map(read).collect()
    }

    /// The error of something that is no row of this table.
    pub(crate) fn malformed(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Malformed { class: self.class.into(), reason: reason.into() }
    }

    /// The error of a row that is not there, or not to be seen.
    pub(crate) fn not_found(&self, key: &str) -> StoreError {
        StoreError::NotFound { class: self.class.into(), key: key.into() }
    }
}
