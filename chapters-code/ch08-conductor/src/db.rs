//! The database behind the services that may have one (`nova/db/api.py`).

#[cfg(feature = "postgres")]
use crate::postgres;
use crate::{
    error::{DbError, store_error},
    outcome, sqlite,
    statement::Statement,
};
use nova_objects::{Fields, StoreError, hop, hop::Kind};
use tracing::Instrument;

/// How many values a statement may have: as many as SQLite takes; PostgreSQL takes twice as many.
const MOST_VALUES: usize = 32_766;

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
    Sqlite(sqlx::SqlitePool),
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
}

impl Db {
    /// A database in memory, with tables and the five default flavors: gone with its last clone.
    ///
    /// # Errors
    ///
    /// There is no memory, or no thread, to have.
    pub async fn memory() -> Result<Self, DbError> {
        sqlite::memory().await.map(Self::Sqlite)
    }

    /// The database that `[database] connection` names, brought up to the newest version of the
    /// tables:
    ///
    /// - `sqlite://PATH`, where a PATH that begins with `/` is absolute, or a path alone. It is
    ///   made if there is none. `sqlite://` with nothing behind it is a database in memory.
    /// - `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, which the server must know. It needs the
    ///   feature `postgres`.
    ///
    /// The driver that SQLAlchemy is told, as in `postgresql+psycopg2://`, is Python's own matter.
    ///
    /// # Errors
    ///
    /// The URL is of another kind, the file cannot be opened or is no database, the server cannot
    /// be reached or does not let us in, or a newer program has been at work on the tables. No
    /// error shows the password.
    pub async fn open(connection: &str) -> Result<Self, DbError> {
        let (scheme, place) = connection.split_once("://").unwrap_or(("sqlite", connection));
        let kind = scheme.split_once('+').map_or(scheme, |(kind, _)| kind);
        match (kind, place) {
            ("sqlite", "" | ":memory:" | "/:memory:") => Self::memory().await,
            ("sqlite", path) => sqlite::file(path).await.map(Self::Sqlite),
            #[cfg(feature = "postgres")]
            ("postgresql" | "postgres", url) => postgres::open(url).await.map(Self::Postgres),
            #[cfg(not(feature = "postgres"))]
            ("postgresql" | "postgres", _) => Err(DbError::NoPostgres),
            _ => Err(DbError::UnknownScheme { scheme: scheme.into() }),
        }
    }

    /// Waits for the statements that are running, and lets go of the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// What OpenTelemetry calls it.
    fn system(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => "postgresql",
        }
    }

    /// Runs one statement: the one place through which all of them go. `outcome` is what its hop
    /// shows if it found a row; how many there are, if `None`.
    pub(crate) async fn run(
        &self,
        statement: Statement,
        outcome: Option<String>,
    ) -> Result<Vec<Fields>, StoreError> {
        if statement.cells.len() > MOST_VALUES {
            let many = format!("more than {MOST_VALUES} values in one statement");
            return Err(statement.table.malformed(many));
        }
        let hop = hop!(Kind::Db, statement.name(), at = statement.location);
        let work = async {
            let rows = match self {
                Self::Sqlite(pool) => sqlite::run(pool, &statement).await,
                #[cfg(feature = "postgres")]
                Self::Postgres(pool) => postgres::run(pool, &statement).await,
            };
            let rows = rows.map_err(|source| store_error(&statement, &source));
            outcome::tell(self.system(), &statement, &rows, outcome);
            rows
        };
        work.instrument(hop).await
    }
}
