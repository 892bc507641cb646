//! What can go wrong with a database (`oslo_db.exception`).

use crate::statement::Statement;
use nova_objects::StoreError;
use sqlx::error::{DatabaseError, ErrorKind};

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The URL names a database of another kind.
    #[error("[database] connection = {scheme}://...: neither sqlite:// nor postgresql://")]
    UnknownScheme {
        /// What stands before `://`; the rest may hold a password.
        scheme: String,
    },
    /// The URL names PostgreSQL, and nobody is here who could speak with it.
    #[error("this binary cannot reach PostgreSQL: build it with `--features postgres`")]
    NoPostgres,
    /// The URL names PostgreSQL, and is none.
    #[error("[database] connection = postgresql://...: {}", told(.0))]
    InvalidUrl(sqlx::Error),
    /// The file cannot be opened, made, or written to; the server cannot be reached, or does not
    /// let us in.
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
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Configuration(reason) => reason.to_string(),
        sqlx::Error::PoolTimedOut => "no connection could be had in time".into(),
        error => error.to_string(),
    }
}

/// What the failure of `statement` means to whoever asked for it.
pub(crate) fn store_error(statement: &Statement, source: &sqlx::Error) -> StoreError {
    let table = statement.table;
    match source.as_database_error().map(DatabaseError::kind) {
        Some(ErrorKind::UniqueViolation) => {
            StoreError::Exists { class: table.class.into(), key: statement.key.clone() }
        }
        Some(ErrorKind::NotNullViolation) => table.malformed(told(source)),
        #[cfg(feature = "postgres")]
        Some(_) if crate::postgres::is_refusal(source) => table.malformed(told(source)),
        _ => StoreError::Unavailable(told(source)),
    }
}
