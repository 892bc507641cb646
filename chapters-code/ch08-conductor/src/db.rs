//! The database behind the services that may have one (`nova/db/api.py`).

use crate::{
    error::{DbError, store_error},
    migrations, outcome, sqlite,
    statement::Statement,
};
use nova_objects::{Fields, StoreError, hop, hop::Kind};
use sqlx::SqlitePool;
use tracing::Instrument;

/// A database that holds Nova's tables: the [`Store`](nova_objects::Store) of the API, the
/// scheduler and the conductor.
///
/// ```
/// # async fn chapter() -> Result<(), Box<dyn std::error::Error>> {
/// use nova_conductor::Db;
/// use nova_objects::{Flavor, NovaObject, RequestContext};
///
/// let db = Db::memory().await?;
/// let tiny = Flavor::get(&db, &RequestContext::admin(), "1").await?;
/// assert_eq!(tiny.name, "m1.tiny");
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(chapter()).unwrap();
/// ```
#[derive(Clone, Debug)]
pub enum Db {
    /// SQLite, in memory or in a file.
    Sqlite(SqlitePool),
}

impl Db {
    /// A database in memory, with tables and the five default flavors: gone with its last clone.
    ///
    /// # Errors
    ///
    /// There is no memory, or no thread, to have.
    pub async fn memory() -> Result<Self, DbError> {
        Self::synced(sqlite::memory().await?, "memory").await
    }

    /// The database that `[database] connection` names: `sqlite://PATH`, where a PATH that begins
    /// with `/` is absolute, or a path alone. `sqlite://` with nothing behind it is one in memory.
    ///
    /// It is made if there is none, and brought up to the newest version of the tables.
    ///
    /// # Errors
    ///
    /// The URL is of another kind, the file cannot be opened or is no database, or a newer
    /// program has been at work on it.
    pub async fn open(connection: &str) -> Result<Self, DbError> {
        let (scheme, path) = connection.split_once("://").unwrap_or(("sqlite", connection));
        match (scheme, path) {
            ("sqlite", "" | ":memory:" | "/:memory:") => Self::memory().await,
            ("sqlite", path) => Self::synced(sqlite::file(path).await?, path).await,
            _ => Err(DbError::UnknownScheme { scheme: scheme.into() }),
        }
    }

    async fn synced(pool: SqlitePool, database: &str) -> Result<Self, DbError> {
        migrations::sync(&pool, database).await?;
        Ok(Self::Sqlite(pool))
    }

    /// Waits for the statements that are running, and lets go of the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
        }
    }

    /// Runs one statement: the one place through which all of them go. `outcome` is what its hop
    /// shows if it found a row; how many there are, if `None`.
    pub(crate) async fn run(
        &self,
        statement: Statement,
        outcome: Option<String>,
    ) -> Result<Vec<Fields>, StoreError> {
        let hop = hop!(Kind::Db, statement.name(), at = statement.location);
        let work = async {
            let rows = match self {
                Self::Sqlite(pool) => sqlite::run(pool, &statement).await,
            };
            let rows = rows.map_err(|source| store_error(&statement, &source));
            outcome::tell(&statement, &rows, outcome);
            rows
        };
        work.instrument(hop).await
    }
}
