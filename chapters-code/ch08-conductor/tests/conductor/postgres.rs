//! What only PostgreSQL has: a server, other people's transactions, a language of its own.

use crate::{
    database::{NEWER, OF_VERSION_2, assert_up_to_date},
    databases::rows,
    faults::address,
    scratch::Scratch,
};
use nova_conductor::{Db, DbError};
use nova_objects::{
    Filters, Flavor, Instance, NovaObject, Query, RequestContext, Store, StoreError,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::{Instant, sleep},
};

/// Runs `statements` as somebody else.
async fn execute(connection: &mut PgConnection, statements: &str) {
    let statements = AssertSqlSafe(statements.to_owned());
    sqlx::raw_sql(statements).execute(connection).await.unwrap();
}

async fn demo(db: &Db) -> String {
    let instance = Instance::building("p", "u", "demo", Flavor::new("7", "m1.test", 64, 1, 0));
    instance.create(db, &RequestContext::admin()).await.unwrap().uuid.clone()
}

/// A server that wants a password, and never the one it gets. Gives its port.
async fn strict_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut message = [0; 1024];
        let _ = client.read(&mut message).await.unwrap();
        client.write_all(b"R\0\0\0\x08\0\0\0\x03").await.unwrap();
        let read = client.read(&mut message).await.unwrap();
        assert_eq!(&message[..read], b"p\0\0\0\x0fs3cret/pwd\0");
        let fields = b"SFATAL\0C28P01\0Mpassword authentication failed for user \"nova\"\0\0";
        let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
        client.write_all(&[b"E", &length[..], fields].concat()).await.unwrap();
        let _ = client.read(&mut message).await;
    });
    port
}

#[tokio::test]
async fn a_server_that_cannot_be_used_is_one_clear_error_without_the_password() {
    let Some(scratch) = Scratch::new().await else { return };
    let (here, port) = (address(&scratch.url), strict_server().await);
    for (place, error) in [
        (
            "nova:s3cret%2Fpwd@127.0.0.1:1/rows".into(),
            "postgresql://nova@127.0.0.1:1/rows: \
             error communicating with database: Connection refused"
                .into(),
        ),
        (
            format!("nova:s3cret%2Fpwd@127.0.0.1:{port}/rows"),
            format!(
                "postgresql://nova@127.0.0.1:{port}/rows: \
                 password authentication failed for user \"nova\""
            ),
        ),
        (
            format!("postgres:s3cret@{here}/no_such_rows"),
            format!(
                "postgresql://postgres@{here}/no_such_rows: \
                 database \"no_such_rows\" does not exist"
            ),
        ),
        (
            "nova:s3cret@db:port/rows".into(),
            "[database] connection = postgresql://...: invalid port number".into(),
        ),
    ] {
        let failed = Db::open(&format!("postgresql+psycopg2://{place}")).await.unwrap_err();
        assert!(failed.to_string().starts_with(&error), "{failed}");
        assert!(!format!("{failed:?}").contains("s3cret"), "{failed:?}");
    }
}

#[tokio::test]
async fn a_database_keeps_its_rows_over_a_restart_and_under_every_spelling() {
    let Some(scratch) = Scratch::new().await else { return };
    let (context, (_, place)) = (RequestContext::admin(), scratch.url.split_once("://").unwrap());
    let db = Db::open(&scratch.url).await.unwrap();
    let uuid = demo(&db).await;
    Flavor::get(&db, &context, "1").await.unwrap().destroy(&db, &context).await.unwrap();
    db.close().await;
    assert!(Flavor::get(&db, &context, "2").await.is_err(), "closed");
    for scheme in ["postgresql", "postgres", "postgresql+psycopg2"] {
        let db = Db::open(&format!("{scheme}://{place}")).await.unwrap();
        assert_eq!(Instance::get(&db, &context, &uuid).await.unwrap().display_name, "demo");
        let left = Flavor::list(&db, &context, Query::all()).await.unwrap();
        assert_eq!(left.len(), 4, "what was deleted does not come back");
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn services_that_start_at_once_on_an_empty_database_all_start() {
    let Some(scratch) = Scratch::new().await else { return };
    let services: Vec<_> = (0..8)
        .map(|_| {
            let url = scratch.url.clone();
            tokio::spawn(async move {
                let db = Db::open(&url).await.unwrap();
                demo(&db).await;
                db.close().await;
            })
        })
        .collect();
    for service in services {
        service.await.unwrap();
    }
    let (db, context) = (Db::open(&scratch.url).await.unwrap(), RequestContext::admin());
    assert_eq!(Instance::list(&db, &context, Query::all()).await.unwrap().len(), 8);
    let versions = "SELECT CAST(version AS TEXT), NULL FROM migrate_version ORDER BY version";
    let versions = rows(&db, versions).await.into_iter().map(|(version, _)| version);
    assert_eq!(versions.collect::<Vec<_>>(), ["1", "2", "3", "4", "5", "6"]);
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date_and_its_rows_can_be_read_and_saved() {
    let Some(scratch) = Scratch::new().await else { return };
    let mut theirs = PgConnection::connect(&scratch.url).await.unwrap();
    let tables = include_str!("../../migrations/001_tables.sql");
    let tables = tables.replace("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGSERIAL PRIMARY KEY");
    let flavors = include_str!("../../migrations/002_flavors.sql");
    for script in [&tables, flavors, OF_VERSION_2] {
        execute(&mut theirs, script).await;
    }
    assert_up_to_date(&Db::open(&scratch.url).await.unwrap()).await;
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let Some(scratch) = Scratch::new().await else { return };
    let db = Db::open(&scratch.url).await.unwrap();
    rows(&db, NEWER).await;
    let error = Db::open(&scratch.url).await.unwrap_err();
    assert!(matches!(error, DbError::TooNew { found: 99, known: 6, .. }), "{error}");
}

#[tokio::test]
async fn a_table_of_somebody_elses_stops_the_migration_as_a_whole() {
    let Some(scratch) = Scratch::new().await else { return };
    let mut theirs = PgConnection::connect(&scratch.url).await.unwrap();
    execute(&mut theirs, "CREATE TABLE services (mine TEXT)").await;
    let error = Db::open(&scratch.url).await.unwrap_err().to_string();
    let told = "migration 1 failed: relation \"services\" already exists";
    assert!(error.ends_with(told), "{error}");
    let tables = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'";
    let count: i64 = sqlx::query_scalar(tables).fetch_one(&mut theirs).await.unwrap();
    assert_eq!(count, 1, "the step was undone");
}

#[tokio::test]
async fn texts_are_in_the_order_of_their_bytes() {
    let Some(scratch) = Scratch::new().await else { return };
    let (db, context) = (Db::open(&scratch.url).await.unwrap(), RequestContext::admin());
    let mut names = ["b", "B", "a", "A", "_", "a b", "ab", "\u{e9}", "e", "~", "\u{1f980}"];
    for name in names {
        let fields = json!({"user_id": "u", "name": name, "fingerprint": "", "public_key": "",
                            "type": "ssh"});
        let fields = fields.as_object().cloned().unwrap();
        db.create(&context, "KeyPair", fields).await.unwrap();
    }
    let sorted = db.list(&context, "KeyPair", &Query::all().ascending("name")).await.unwrap();
    let sorted: Vec<_> = sorted.iter().map(|row| row["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(sorted, names);
}

#[tokio::test]
async fn a_name_that_no_index_can_hold_is_the_callers_mistake() {
    let Some(scratch) = Scratch::new().await else { return };
    let (db, context) = (Db::open(&scratch.url).await.unwrap(), RequestContext::admin());
    // What repeats itself would be compressed.
    let digits = (0..9_u32).flat_map(|n| (0..4096).map(move |m: u32| m.wrapping_pow(n + 3) ^ n));
    let name: String = digits.map(|digit| format!("{digit:x}")).collect();
    let error = Flavor::new("8", &name, 1, 1, 1).create(&db, &context).await.unwrap_err();
    assert!(matches!(error, StoreError::Malformed { .. }), "{error}");
}

#[tokio::test]
async fn a_column_that_a_newer_program_adds_is_a_stumble_and_no_fall() {
    let Some(scratch) = Scratch::new().await else { return };
    let (db, context) = (Db::open(&scratch.url).await.unwrap(), RequestContext::admin());
    let uuid = demo(&db).await;
    // Time for the one connection to go back into the pool.
    sleep(Duration::from_millis(200)).await;
    Instance::get(&db, &context, &uuid).await.unwrap();
    sleep(Duration::from_millis(200)).await;
    let mut theirs = PgConnection::connect(&scratch.url).await.unwrap();
    execute(&mut theirs, "ALTER TABLE instances ADD COLUMN colour TEXT").await;
    // The connection had prepared itself for other rows, and goes.
    let error = Instance::get(&db, &context, &uuid).await.unwrap_err();
    let told = "the database cannot be reached: cached plan must not change result type";
    assert_eq!(error.to_string(), told);
    sleep(Duration::from_millis(200)).await;
    Instance::get(&db, &context, &uuid).await.unwrap();
}

#[tokio::test]
async fn who_waits_in_vain_for_a_row_leaves_nothing_behind() {
    let Some(scratch) = Scratch::new().await else { return };
    let (db, context) = (Db::open(&scratch.url).await.unwrap(), RequestContext::admin());
    let uuid = demo(&db).await;
    let mut theirs = PgConnection::connect(&scratch.url).await.unwrap();
    execute(&mut theirs, "BEGIN; UPDATE instances SET host = 'theirs'").await;
    let (start, mine) = (Instant::now(), json!({"host": "mine"}).as_object().cloned().unwrap());
    let saved = db.save(&context, "Instance", &uuid, mine, &Filters::new()).await;
    let error = saved.unwrap_err();
    let told = "the database cannot be reached: canceling statement due to statement timeout";
    assert_eq!(error.to_string(), told);
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    execute(&mut theirs, "ROLLBACK").await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(Instance::get(&db, &context, &uuid).await.unwrap().host, None);
}
