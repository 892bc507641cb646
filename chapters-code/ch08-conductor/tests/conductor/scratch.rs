//! A database of a test's own, on a server that others use too.

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use std::{env, thread};
use tokio::runtime;
use uuid::Uuid;

/// A PostgreSQL database with a name that nobody else uses. It goes at the end of the test, even
/// of one that panics.
pub(crate) struct Scratch {
    /// Where it is.
    pub(crate) url: String,
    server: String,
    name: String,
}

impl Scratch {
    /// A database without tables, if there is a server.
    ///
    /// Its language is English, which would order `a`, `B`, `c`: nobody is to rely on a server
    /// that has none.
    pub(crate) async fn new() -> Option<Self> {
        let Ok(server) = env::var("MINI_NOVA_TEST_POSTGRES") else {
            assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_TEST_POSTGRES");
            eprintln!("skipped: MINI_NOVA_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("mini_nova_{}", Uuid::new_v4().simple());
        let english = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'";
        execute(&server, &format!("CREATE DATABASE {name} {english}")).await;
        let (place, _) = server.rsplit_once('/').unwrap();
        Some(Self { url: format!("{place}/{name}"), name, server })
    }

    /// Cuts all connections to it, as a server that stops does.
    pub(crate) async fn cut(&self) {
        let Self { name, server, .. } = self;
        let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity";
        execute(server, &format!("{all} WHERE datname = '{name}'")).await;
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let (name, server) = (&self.name, &self.server);
        let drop = async || execute(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        // The test's own runtime may be in no state to do it.
        let runtime = || runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let dropped = thread::scope(|scope| scope.spawn(|| runtime().block_on(drop())).join());
        if dropped.is_err() {
            eprintln!("{name} is left behind");
        }
    }
}

async fn execute(server: &str, statement: &str) {
    let options: PgConnectOptions = server.parse().unwrap();
    let options = options.disable_statement_logging();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
