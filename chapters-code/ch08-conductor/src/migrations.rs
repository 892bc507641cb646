//! How a database gets its tables (`nova/db/sqlalchemy/migration.py`, `migrate_repo/versions`).

use crate::error::DbError;
use sqlx::{Connection, Row, SqliteConnection, SqlitePool};

/// What has happened to the tables since the beginning: version 1 is the first.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/001_tables.sql"),
    include_str!("../migrations/002_flavors.sql"),
    include_str!("../migrations/003_api.sql"),
    include_str!("../migrations/004_aggregates.sql"),
];

/// Where a database says which of them it has seen.
const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS migrate_version (version BIGINT NOT NULL)";

/// Brings the tables up to the last version (`nova-manage db sync`).
///
/// Each step is a transaction that holds the writer's place from its beginning: of several
/// processes that start at once, one does the step, and the others find it done.
pub(crate) async fn sync(pool: &SqlitePool, database: &str) -> Result<(), DbError> {
    let failed = |version| {
        let database = database.to_owned();
        move |source| DbError::Migration { database, version, source }
    };
    let mut connection = pool.acquire().await.map_err(failed(0))?;
    let found = version(&mut connection).await.map_err(failed(0))?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(DbError::TooNew { database: database.into(), found, known });
    }
    for (step, migration) in (1..).zip(MIGRATIONS) {
        if step > found {
            apply(&mut connection, step, migration).await.map_err(failed(step))?;
        }
    }
    Ok(())
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query(VERSIONS).execute(&mut *connection).await?;
    let newest = "SELECT COALESCE(MAX(version), 0) FROM migrate_version";
    sqlx::query(newest).fetch_one(connection).await?.try_get(0)
}

async fn apply(
    connection: &mut SqliteConnection,
    step: i64,
    migration: &'static str,
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    if version(&mut transaction).await? < step {
        sqlx::raw_sql(migration).execute(&mut *transaction).await?;
        let done = "INSERT INTO migrate_version (version) VALUES ($1)";
        sqlx::query(done).bind(step).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}
