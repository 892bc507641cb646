//! Files, migrations, and what SQL sees.

use crate::databases::{databases, either, rows};
use nova_conductor::{Db, DbError};
use nova_objects::{Aggregate, Flavor, Instance, NovaObject, Query, RequestContext, Store};
use std::{fs, path::PathBuf};

/// A place for one test's files, emptied at its end.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let place =
            std::env::temp_dir().join(format!("nova-conductor-{}-{test}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    fn url(&self, file: &str) -> String {
        format!("sqlite://{}", self.0.join(file).display())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn flavor() -> Flavor {
    Flavor::new("7", "m1.test", 64, 1, 0)
}

/// The five flavors, as a fresh database has them.
async fn assert_has_default_flavors(db: &Db) {
    let rows = Flavor::list(db, &RequestContext::admin(), Query::all()).await.unwrap();
    let ours = (1..).zip(Flavor::defaults()).map(|(id, flavor)| Flavor { id, ..flavor });
    assert!(rows.iter().map(|row| (**row).clone()).eq(ours));
}

#[tokio::test]
async fn a_fresh_database_has_the_five_default_flavors() {
    for (db, _end) in databases().await {
        assert_has_default_flavors(&db).await;
    }
}

#[tokio::test]
async fn sql_sees_rows_in_tables_of_novas_names() {
    for (db, _end) in databases().await {
        let instance = Instance::building("p", "u", "Web 1", flavor());
        instance.create(&db, &RequestContext::admin()).await.unwrap();
        let state = "SELECT vm_state, task_state FROM instances WHERE hostname = 'web-1'";
        let state = rows(&db, state).await;
        assert_eq!(state, [("building".to_owned(), Some("scheduling".to_owned()))]);
        let theirs = "SELECT name, NULL FROM sqlite_master \
                      WHERE type = 'table' AND name <> 'sqlite_sequence' ORDER BY name";
        let ours = "SELECT CAST(tablename AS TEXT), NULL FROM pg_tables \
                    WHERE schemaname = 'public' ORDER BY tablename";
        let names = rows(&db, either(&db, theirs, ours)).await.into_iter().map(|(name, _)| name);
        let names: Vec<_> = names.collect();
        assert_eq!(
            names,
            [
                "aggregates",
                "compute_nodes",
                "flavors",
                "instance_actions",
                "instance_actions_events",
                "instance_faults",
                "instance_groups",
                "instances",
                "key_pairs",
                "migrate_version",
                "migrations",
                "quotas",
                "services",
            ]
        );
    }
}

#[tokio::test]
async fn a_file_keeps_its_rows_over_a_restart() {
    let (place, context) = (Place::new("restart"), RequestContext::admin());
    let url = place.url("nova.sqlite");
    let uuid = {
        let db = Db::open(&url).await.unwrap();
        let instance = Instance::building("p", "u", "demo", flavor());
        let instance = instance.create(&db, &context).await.unwrap();
        Flavor::get(&db, &context, "1").await.unwrap().destroy(&db, &context).await.unwrap();
        db.close().await;
        assert!(Flavor::get(&db, &context, "2").await.is_err(), "closed");
        instance.uuid.clone()
    };
    for spelling in [url.as_str(), url.trim_start_matches("sqlite://")] {
        let db = Db::open(spelling).await.unwrap();
        assert_eq!(Instance::get(&db, &context, &uuid).await.unwrap().display_name, "demo");
        let left = Flavor::list(&db, &context, Query::all()).await.unwrap();
        assert_eq!(left.len(), 4, "what was deleted does not come back");
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn services_that_start_at_once_share_one_database() {
    let (place, context) = (Place::new("together"), RequestContext::admin());
    let url = place.url("nova.sqlite");
    let services: Vec<_> = (0..8)
        .map(|number| {
            let (url, context) = (url.clone(), context.clone());
            tokio::spawn(async move {
                let db = Db::open(&url).await.unwrap();
                for row in 0..10 {
                    let name = format!("{number}-{row}");
                    let instance = Instance::building("p", "u", &name, flavor());
                    instance.create(&db, &context).await.unwrap();
                }
                db
            })
        })
        .collect();
    for service in services {
        let db = service.await.unwrap();
        db.close().await;
    }
    let db = Db::open(&url).await.unwrap();
    assert_eq!(Instance::list(&db, &context, Query::all()).await.unwrap().len(), 80);
    assert_eq!(Flavor::list(&db, &context, Query::all()).await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_one_clear_error() {
    let place = Place::new("errors");
    fs::write(place.0.join("poem"), "Shall I compare thee to a summer's day? ".repeat(50)).unwrap();
    let there = place.0.display();
    for (url, error) in [
        (place.url("poem"), format!("{there}/poem is no SQLite database")),
        (place.url("no/such/dir"), format!("{there}/no/such/dir: unable to open database file")),
        (place.url(""), format!("{there}/: unable to open database file")),
        (
            "mysql+pymysql://nova:secret@db/nova".into(),
            "[database] connection = mysql+pymysql://...: neither sqlite:// nor postgresql://"
                .into(),
        ),
    ] {
        assert_eq!(Db::open(&url).await.unwrap_err().to_string(), error);
    }
}

#[cfg(not(feature = "postgres"))]
#[tokio::test]
async fn who_wants_postgresql_is_told_which_feature_that_is() {
    for url in ["postgresql://u:secret@db/nova", "postgres://db", "postgresql+psycopg2://db/nova"] {
        let error = Db::open(url).await.unwrap_err().to_string();
        let wanted = "this binary cannot reach PostgreSQL: build it with `--features postgres`";
        assert_eq!(error, wanted);
    }
}

/// What a database that has seen the first two migrations may hold.
pub(crate) const OF_VERSION_2: &str = r#"
CREATE TABLE migrate_version (version BIGINT NOT NULL);
INSERT INTO migrate_version VALUES (1), (2);
INSERT INTO instances (
    uuid, project_id, user_id, display_name, hostname, vm_state, power_state, flavor, memory_mb,
    vcpus, root_gb, ephemeral_gb, image_ref, config_drive, auto_disk_config, reservation_id,
    launch_index, metadata, system_metadata, deleted
) VALUES (
    'i1', 'p', 'u', 'demo', 'demo', 'active', 1,
    '{"id": 1, "flavorid": "1", "name": "m1.tiny", "memory_mb": 512, "vcpus": 1, "root_gb": 1,
      "ephemeral_gb": 0, "swap": 0, "rxtx_factor": 1.0, "is_public": true, "disabled": false,
      "extra_specs": {}, "created_at": null, "updated_at": null}',
    512, 1, 1, 0, 'cirros', '', 1, 'r-1', 0, '{}', '{}', 0
);
"#;

/// All that was there in [`OF_VERSION_2`], and what the program needs.
pub(crate) async fn assert_up_to_date(db: &Db) {
    let context = RequestContext::admin();
    assert_has_default_flavors(db).await;
    let mut row = Instance::get(db, &context, "i1").await.unwrap();
    assert!(!row.locked && row.tags.is_empty() && row.network_info.is_empty());
    assert_eq!((&row.display_description, &row.old_flavor), (&None, &None));
    assert!(row.flavor.projects.is_empty());
    assert!(row.changes().unwrap().is_empty(), "a row that is only read has not changed");
    row.locked = true;
    row.save(db, &context).await.unwrap();
    assert!(Instance::get(db, &context, "i1").await.unwrap().locked);
}

#[tokio::test]
async fn aggregates_that_had_one_name_get_two() {
    let (place, context) = (Place::new("aggregates"), RequestContext::admin());
    let url = place.url("nova.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("{url}?mode=rwc")).await.unwrap();
    let api = include_str!("../../migrations/003_api.sql");
    let aggregates = r#"
        INSERT INTO migrate_version VALUES (3);
        INSERT INTO aggregates (uuid, name, hosts, metadata)
        VALUES ('a', 'fast', '["h"]', '{}'), ('b', 'slow', '[]', '{}'), ('c', 'fast', '[]', '{}');
    "#;
    let tables = include_str!("../../migrations/001_tables.sql");
    let flavors = include_str!("../../migrations/002_flavors.sql");
    for script in [tables, flavors, OF_VERSION_2, api, aggregates] {
        sqlx::raw_sql(script).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let db = Db::open(&url).await.unwrap();
    let rows = Aggregate::list(&db, &context, Query::all().ascending("id")).await.unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["fast", "slow", "fast-3"]);
    db.close().await;
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date_and_its_rows_can_be_read_and_saved() {
    let place = Place::new("older");
    let url = place.url("nova.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("{url}?mode=rwc")).await.unwrap();
    let tables = include_str!("../../migrations/001_tables.sql");
    let flavors = include_str!("../../migrations/002_flavors.sql");
    for script in [tables, flavors, OF_VERSION_2] {
        sqlx::raw_sql(script).execute(&pool).await.unwrap();
    }
    pool.close().await;

    let db = Db::open(&url).await.unwrap();
    assert_up_to_date(&db).await;
    db.close().await;
}

/// What a program does that knows more than this one.
pub(crate) const NEWER: &str =
    "INSERT INTO migrate_version VALUES (99) RETURNING 'version', CAST(version AS TEXT)";

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let place = Place::new("newer");
    let url = place.url("nova.sqlite");
    let db = Db::open(&url).await.unwrap();
    rows(&db, NEWER).await;
    db.close().await;
    let error = Db::open(&url).await.unwrap_err();
    assert!(matches!(error, DbError::TooNew { found: 99, known: 6, .. }), "{error}");
}

#[tokio::test]
async fn a_table_of_somebody_elses_stops_the_migration_as_a_whole() {
    let place = Place::new("foreign");
    let url = place.url("nova.sqlite");
    let theirs = format!("{url}?mode=rwc");
    let pool = sqlx::SqlitePool::connect(&theirs).await.unwrap();
    sqlx::query("CREATE TABLE services (mine TEXT)").execute(&pool).await.unwrap();
    let error = Db::open(&url).await.unwrap_err().to_string();
    assert!(error.ends_with("migration 1 failed: table services already exists"), "{error}");
    let tables = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'instances'";
    let count: i64 = sqlx::query_scalar(tables).fetch_one(&pool).await.unwrap();
    assert_eq!(count, 0, "the step was undone");
}

#[tokio::test]
async fn every_spelling_of_memory_is_memory() {
    for url in ["sqlite://", "sqlite:///:memory:", "sqlite://:memory:", ":memory:"] {
        let db = Db::open(url).await.unwrap();
        assert!(db.list(&RequestContext::admin(), "Flavor", &Query::all()).await.is_ok());
    }
    assert!(!PathBuf::from(":memory:").exists());
}
