//! What can go wrong with a database (`oslo_db.exception`).

use crate::statement::Statement;
use nova_objects::StoreError;
use sqlx::error::{DatabaseError, ErrorKind};

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The URL names a database of another kind.
    #[error("[database] connection = {scheme}://...: this build knows sqlite:// only")]
    UnknownScheme {
        /// What stands before `://`; the rest may hold a password.
        scheme: String,
    },
    /// The file cannot be opened, made, or written to.
    #[error("{database}: {}", told(.source))]
    CannotOpen {
        /// Which database.
        database: String,
        /// What the database library says.
        source: sqlx::Error,
    },
    /// The file holds something else.
    #[error("{database} is no SQLite database")]
    NotADatabase {
        /// Which file.
        database: String,
    },
    /// A later version of this program has changed the tables.
    #[error("{database} has version {found}, and this program knows versions up to {known} only")]
    TooNew {
        /// Which database.
        database: String,
        /// The version it has.
        found: i64,
        /// The last version this program knows.
        known: i64,
    },
    /// A migration did not work: the database stays at the version before it.
    #[error("{database}: migration {version} failed: {}", told(.source))]
    Migration {
        /// Which database.
        database: String,
        /// The version it was to bring.
        version: i64,
        /// What the database says.
        source: sqlx::Error,
    },
}

/// The database's own words, where it has some.
fn told(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |e| e.message().to_owned())
}

/// What the failure of `statement` means to whoever asked for it.
pub(crate) fn store_error(statement: &Statement, source: &sqlx::Error) -> StoreError {
    let table = statement.table;
    match source.as_database_error().map(DatabaseError::kind) {
        Some(ErrorKind::UniqueViolation) => {
            StoreError::Exists { class: table.class.into(), key: statement.key.clone() }
        }
        Some(ErrorKind::NotNullViolation) => table.malformed(told(source)),
        _ => StoreError::Unavailable(told(source)),
    }
}
