//! SQLite, by sqlx (the engine that `oslo_db.sqlalchemy.enginefacade` makes).

use crate::{
    cell::Cell,
    error::DbError,
    migrations::{self, Migrator},
    statement::Statement,
    table::Type,
};
use async_trait::async_trait;
use nova_objects::Fields;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long to wait for another process that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// SQLite's own number for a file that somebody else is busy with (`SQLITE_BUSY`), ...
const BUSY: u32 = 5;

/// ... and for one that is something else (`SQLITE_NOTADB`).
const NOT_A_DATABASE: u32 = 26;

/// A database that lives as long as the pool.
pub(crate) async fn memory() -> Result<SqlitePool, DbError> {
    connect("memory", SqliteConnectOptions::new()).await
}

/// The database in the file at `path`, made if there is none.
///
/// The write-ahead log lets other processes read while this one writes.
pub(crate) async fn file(path: &str) -> Result<SqlitePool, DbError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    connect(path, options).await
}

/// A pool of one connection: SQLite lets one write at a time anyway, so statements of this
/// process queue here, in order, instead of failing there.
async fn connect(database: &str, options: SqliteConnectOptions) -> Result<SqlitePool, DbError> {
    let cannot_open = |source: sqlx::Error| {
        let database = database.to_owned();
        match code(&source) {
            Some(NOT_A_DATABASE) => DbError::NotADatabase { database },
            _ => DbError::CannotOpen { database, source },
        }
    };
    let options = options.disable_statement_logging();
    let one = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false);
    let start = Instant::now();
    let pool = loop {
        match one.clone().connect_with(options.clone()).await {
            // Who turns on the log while another does is sent away at once, without a wait.
            Err(error) if code(&error) == Some(BUSY) && start.elapsed() < BUSY_TIMEOUT => {
                sleep(Duration::from_millis(10)).await;
            }
            opened => break opened.map_err(cannot_open)?,
        }
    };
    let mut connection = pool.acquire().await.map_err(cannot_open)?;
    migrations::sync(&mut *connection, database).await?;
    Ok(pool)
}

/// SQLite's own number for `error`, without the particulars.
fn code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// Runs `statement`, and gives the rows that come of it.
pub(crate) async fn run(
    pool: &SqlitePool,
    statement: &Statement,
) -> Result<Vec<Fields>, sqlx::Error> {
    // Names in the text come from a `Table`, values from nowhere: they are bound.
    let mut query = sqlx::query(AssertSqlSafe(statement.sql()));
    for cell in &statement.cells {
        query = match cell {
            Cell::Integer(value) => query.bind(value),
            Cell::Real(value) => query.bind(value),
            Cell::Text(value) => query.bind(value.as_deref()),
        };
    }
    let rows = query.fetch_all(pool).await?;
    let cells = rows.iter().map(|row| {
        statement.table.fields(|name, kind| match kind {
            Type::Integer | Type::Boolean => row.try_get(name).map(Cell::Integer),
            Type::Real => row.try_get(name).map(Cell::Real),
            Type::Text | Type::Time | Type::Json => row.try_get(name).map(Cell::Text),
        })
    });
    cells.collect()
}

#[async_trait]
impl Migrator for SqliteConnection {
    /// A transaction that begins by reading could find, when it comes to write, that somebody
    /// else has written meanwhile.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";

    fn spelled(migration: &'static str) -> String {
        migration.into()
    }

    async fn execute(&mut self, statements: String) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(self).await.map(drop)
    }

    async fn number(&mut self, query: &'static str) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(query).fetch_one(self).await
    }
}
