//! How a database gets its tables (`nova/db/sqlalchemy/migration.py`, `migrate_repo/versions`).

use crate::error::DbError;
use async_trait::async_trait;

/// What has happened to the tables since the beginning: version 1 is the first.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/001_tables.sql"),
    include_str!("../migrations/002_flavors.sql"),
    include_str!("../migrations/003_api.sql"),
    include_str!("../migrations/004_aggregates.sql"),
    include_str!("../migrations/005_event_hosts.sql"),
    include_str!("../migrations/006_scale.sql"),
];

/// Where a database says which of them it has seen.
const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS migrate_version (version BIGINT NOT NULL)";

const NEWEST: &str = "SELECT COALESCE(MAX(version), 0) FROM migrate_version";

/// A connection on which tables are made: what the databases do not have in common.
#[async_trait]
pub(crate) trait Migrator: Send {
    /// Begins a transaction in the writer's place, once nobody else is there.
    const BEGIN: &'static str;

    /// `migration` as this database spells it.
    fn spelled(migration: &'static str) -> String;

    /// Runs statements that give no rows.
    async fn execute(&mut self, statements: String) -> Result<(), sqlx::Error>;

    /// Runs a query that gives one number.
    async fn number(&mut self, query: &'static str) -> Result<i64, sqlx::Error>;
}

/// Brings the tables up to the last version (`nova-manage db sync`).
///
/// Each step is a transaction that holds the writer's place from its beginning: of several
/// processes that start at once, one does the step, and the others find it done.
pub(crate) async fn sync<M: Migrator>(connection: &mut M, database: &str) -> Result<(), DbError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    for (version, migration) in (1..).zip(MIGRATIONS) {
        let step = apply(connection, version, migration).await;
        let found = step.map_err(|source| {
            let database = database.to_owned();
            DbError::Migration { database, version, source }
        })?;
        if found > known {
            return Err(DbError::TooNew { database: database.into(), found, known });
        }
        if found == known {
            break;
        }
    }
    Ok(())
}

/// Brings the tables from the version before `version` to it, and says which version they had.
async fn apply<M: Migrator>(
    connection: &mut M,
    version: i64,
    migration: &'static str,
) -> Result<i64, sqlx::Error> {
    connection.execute(M::BEGIN.into()).await?;
    let step = async {
        connection.execute(VERSIONS.into()).await?;
        let found = connection.number(NEWEST).await?;
        if found < version {
            connection.execute(M::spelled(migration)).await?;
            let done = format!("INSERT INTO migrate_version (version) VALUES ({version})");
            connection.execute(done).await?;
        }
        connection.execute("COMMIT".into()).await?;
        Ok(found)
    };
    let step = step.await;
    if step.is_err() {
        // Where not even this works, the connection is lost, and the transaction with it.
        let _ = connection.execute("ROLLBACK".into()).await;
    }
    step
}
