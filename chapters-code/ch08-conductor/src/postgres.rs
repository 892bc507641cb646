//! PostgreSQL, by sqlx (the engine that `oslo_db.sqlalchemy.enginefacade` makes).
//!
//! Each statement has an end: the server gives it up after [`STATEMENT_TIMEOUT`], and a server
//! of which nothing is heard is given up after [`PATIENCE`]. Its connection is not used again.

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
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, Row,
    postgres::{PgConnectOptions, PgDatabaseError, PgPoolOptions},
};
use std::{io, time::Duration};
use tokio::time::timeout;

/// How many statements of this process run at a time; PostgreSQL lets in a hundred connections
/// in all (`[database] max_pool_size`).
const MAX_POOL_SIZE: u32 = 10;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a statement may take, for the server. That ends before our [`PATIENCE`] does: as long
/// as the server can be heard, what is reported as failed is not done later.
const STATEMENT_TIMEOUT: &str = "4s";

/// How long a statement may take in all, from the wish for a connection to its last row.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the tables may take, those included who make them first.
const MIGRATION_PATIENCE: Duration = Duration::from_secs(60);

/// Before a connection is used, it is asked whether it still is one, and has so long for its
/// answer (`oslo_db.sqlalchemy.engines._connect_ping_listener`).
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// The database at `url`, which is what stands behind `postgresql://`. Its server must know it.
pub(crate) async fn open(url: &str) -> Result<PgPool, DbError> {
    let options: PgConnectOptions =
        format!("postgresql://{url}").parse().map_err(DbError::InvalidUrl)?;
    let options = options
        .application_name("mini-nova")
        .options([("statement_timeout", STATEMENT_TIMEOUT), ("client_min_messages", "warning")])
        .disable_statement_logging();
    let database = name(&options);
    let connect = in_time(CONNECT_TIMEOUT, PgConnection::connect_with(&options));
    let mut connection = connect.await.map_err(|source| {
        let database = database.clone();
        DbError::CannotOpen { database, source }
    })?;
    let sync = migrations::sync(&mut connection, &database);
    timeout(MIGRATION_PATIENCE, sync).await.map_err(|_| {
        let (database, source) = (database.clone(), silence(MIGRATION_PATIENCE));
        DbError::CannotOpen { database, source }
    })??;
    let _ = timeout(CONNECT_TIMEOUT, connection.close()).await;
    Ok(pool(options))
}

/// What to call the database that `options` lead to: a URL without the password.
fn name(options: &PgConnectOptions) -> String {
    let (user, port) = (options.get_username(), options.get_port());
    let database = options.get_database().unwrap_or(user);
    let host = options.get_socket().map(|folder| folder.display().to_string());
    let host = host.unwrap_or_else(|| options.get_host().into());
    format!("postgresql://{user}@{host}:{port}/{database}")
}

fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(MAX_POOL_SIZE)
        .acquire_timeout(CONNECT_TIMEOUT)
        // The pool's own test would wait for ever.
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            Box::pin(async { Ok(in_time(PING_TIMEOUT, connection.ping()).await.is_ok()) })
        })
        .connect_lazy_with(options)
}

/// Runs `statement`, and gives the rows that come of it.
pub(crate) async fn run(pool: &PgPool, statement: &Statement) -> Result<Vec<Fields>, sqlx::Error> {
    // Names in the text come from a `Table`, values from nowhere: they are bound.
    let mut query = sqlx::query(AssertSqlSafe(statement.sql()));
    for cell in &statement.cells {
        query = match cell {
            Cell::Integer(value) => query.bind(value),
            Cell::Real(value) => query.bind(value),
            Cell::Text(value) => query.bind(value.as_deref()),
        };
    }
    let answer = async {
        let mut connection = pool.acquire().await?;
        // Who leaves in the middle of a statement leaves its answer behind in the connection.
        connection.close_on_drop();
        let rows = query.fetch_all(&mut *connection).await;
        if rows.as_ref().err().is_none_or(is_refusal) {
            // So would its test of a connection that comes back.
            tokio::spawn(timeout(PING_TIMEOUT, connection.return_to_pool()));
        }
        rows
    };
    let rows = in_time(PATIENCE, answer).await?;
    let cells = rows.iter().map(|row| {
        statement.table.fields(|name, kind| match kind {
            Type::Integer | Type::Boolean => row.try_get(name).map(Cell::Integer),
            Type::Real => row.try_get(name).map(Cell::Real),
            Type::Text | Type::Time | Type::Json => row.try_get(name).map(Cell::Text),
        })
    });
    cells.collect()
}

/// Has the database understood the statement, and said no? Else something is wrong with it, or
/// with the connection.
pub(crate) fn is_refusal(error: &sqlx::Error) -> bool {
    let told = error.as_database_error().and_then(|error| error.try_downcast_ref());
    // What does not fit (22), breaks a rule (23), or is more than an index can hold (54).
    told.is_some_and(|told: &PgDatabaseError| {
        ["22", "23", "54"].iter().any(|class| told.code().starts_with(class))
    })
}

/// What comes of `work`; an error, if nothing has within `limit`.
async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(limit, work).await.unwrap_or_else(|_| Err(silence(limit)))
}

fn silence(limit: Duration) -> sqlx::Error {
    let silence = format!("no answer within {} seconds", limit.as_secs());
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, silence))
}

#[async_trait]
impl Migrator for PgConnection {
    /// The number of the lock is `nova`, in ASCII.
    const BEGIN: &'static str = "BEGIN; SET LOCAL statement_timeout = '60s'; \
                                 SELECT pg_advisory_xact_lock(x'6e6f7661'::bigint)";

    /// Texts are compared byte by byte, as SQLite does it, whatever language the server speaks.
    fn spelled(migration: &'static str) -> String {
        migration
            .replace(
                "INTEGER PRIMARY KEY AUTOINCREMENT",
                "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
            )
            .replace(" TEXT", " TEXT COLLATE \"C\"")
    }

    async fn execute(&mut self, statements: String) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(self).await.map(drop)
    }

    async fn number(&mut self, query: &'static str) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(query).fetch_one(self).await
    }
}
