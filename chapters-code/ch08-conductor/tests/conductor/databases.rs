//! The databases on which a test runs.

#[cfg(feature = "postgres")]
use crate::scratch::Scratch;
use nova_conductor::Db;
use sqlx::AssertSqlSafe;

#[cfg(not(feature = "postgres"))]
type Scratch = std::convert::Infallible;

/// A database, and its end.
type Kept = (Db, Option<Scratch>);

/// A fresh database of each kind: SQLite, and PostgreSQL if the feature is on and there is a
/// server.
pub(crate) async fn databases() -> Vec<Kept> {
    let sqlite = (Db::memory().await.unwrap(), None);
    [Some(sqlite), postgres().await].into_iter().flatten().collect()
}

#[cfg(feature = "postgres")]
async fn postgres() -> Option<Kept> {
    let scratch = Scratch::new().await?;
    Some((Db::open(&scratch.url).await.unwrap(), Some(scratch)))
}

#[cfg(not(feature = "postgres"))]
async fn postgres() -> Option<Kept> {
    eprintln!("skipped: the feature postgres is off");
    None
}

/// What `database` finds: rows of two texts.
pub(crate) async fn rows(database: &Db, query: &str) -> Vec<(String, Option<String>)> {
    let query = AssertSqlSafe(query.to_owned());
    match database {
        Db::Sqlite(pool) => sqlx::query_as(query).fetch_all(pool).await.unwrap(),
        #[cfg(feature = "postgres")]
        Db::Postgres(pool) => sqlx::query_as(query).fetch_all(pool).await.unwrap(),
    }
}

/// `on_sqlite`, or `on_postgres`.
pub(crate) fn either<T>(database: &Db, on_sqlite: T, on_postgres: T) -> T {
    if matches!(database, Db::Sqlite(_)) { on_sqlite } else { on_postgres }
}
