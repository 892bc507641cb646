//! What a caller who means ill, or knows no better, can send.

use crate::databases::{databases, either};
use nova_conductor::Db;
use nova_objects::{
    Fields, Filters, Flavor, Instance, NovaObject, Query, RequestContext, Service, Store,
};
use serde_json::{Value, json};

fn fields(value: &Value) -> Fields {
    value.as_object().cloned().unwrap()
}

/// Puts one instance into `db`.
async fn admin_of(db: &Db) -> RequestContext {
    let context = RequestContext::admin();
    let flavor = Flavor::new("7", "m1.test", 64, 1, 0);
    let mut instance = Instance::building("p", "u", "demo", flavor);
    instance.uuid = "i1".into();
    instance.create(db, &context).await.unwrap();
    context
}

/// How `db` says that a row needs something.
fn missing(db: &Db, table: &str, column: &str) -> String {
    either(
        db,
        format!("NOT NULL constraint failed: {table}.{column}"),
        format!(
            "null value in column \"{column}\" of relation \"{table}\" violates not-null constraint"
        ),
    )
}

#[tokio::test]
async fn a_change_that_no_column_can_hold_changes_nothing() {
    for (db, _end) in databases().await {
        let context = admin_of(&db).await;
        let before = db.get(&context, "Instance", "i1").await.unwrap();
        for (changes, reason) in [
            (json!({"colour": "red"}), "it has no field colour"),
            (json!({"host = 'x' --": 1}), "it has no field host = 'x' --"),
            (json!({"vm_state": ["active"]}), "vm_state cannot hold [\"active\"]"),
            (json!({"memory_mb": "64"}), "memory_mb cannot hold \"64\""),
            (json!({"memory_mb": u64::MAX}), "memory_mb cannot hold 18446744073709551615"),
            (json!({"deleted": 1}), "deleted cannot hold 1"),
            (json!({"launched_at": "soon"}), "launched_at cannot hold \"soon\""),
            (json!({"uuid": "i2"}), "uuid never changes"),
            (json!({"id": 9}), "id never changes"),
            (json!({"host": "a\u{0}b"}), "host cannot hold \"a\\u0000b\""),
            (json!({"vm_state": null}), &missing(&db, "instances", "vm_state")),
        ] {
            let saved =
                db.save(&context, "Instance", "i1", fields(&changes), &Filters::new()).await;
            let wanted = format!("a Instance of another shape: {reason}");
            assert_eq!(saved.unwrap_err().to_string(), wanted);
        }
        assert_eq!(db.get(&context, "Instance", "i1").await.unwrap(), before);
    }
}

#[tokio::test]
async fn a_row_that_is_none_is_not_made() {
    for (db, _end) in databases().await {
        let context = admin_of(&db).await;
        for (class, row, reason) in [
            ("Instance", json!({}), &*missing(&db, "instances", "uuid")),
            ("InstanceAction", json!({}), &missing(&db, "instance_actions", "instance_uuid")),
            ("Service", json!({"host": "h", "x": 1}), "it has no field x"),
            ("KeyPair", json!({"name": "\u{0}"}), "name cannot hold \"\\u0000\""),
        ] {
            let error = db.create(&context, class, fields(&row)).await.unwrap_err().to_string();
            assert_eq!(error, format!("a {class} of another shape: {reason}"));
        }
    }
}

#[tokio::test]
async fn no_name_from_outside_becomes_sql() {
    for (db, _end) in databases().await {
        let context = admin_of(&db).await;
        let name = "id; DROP TABLE instances";
        for query in [
            Query::all().with(name, 1),
            Query::all().ascending(name),
            Query::all().descending("id, (SELECT 1)"),
            Query::all().with("1 = 1 OR id", 1),
        ] {
            let error = db.list(&context, "Instance", &query).await.unwrap_err().to_string();
            assert!(error.starts_with("a Instance of another shape: it has no field"), "{error}");
        }
    }
}

#[tokio::test]
async fn what_no_row_can_have_is_in_no_row() {
    for (db, _end) in databases().await {
        let context = admin_of(&db).await;
        let error = db.get(&context, "Instance", "i1\u{0}").await.unwrap_err();
        assert_eq!(error.to_string(), "Instance i1\u{0} could not be found.");
        for query in [
            Query::all().with("display_name", "demo\u{0}"),
            Query::all().with("id", u64::MAX),
            Query::all().with("id", 1.5),
            Query::all().with("memory_mb", i64::MIN),
        ] {
            assert_eq!(db.list(&context, "Instance", &query).await.unwrap(), []);
        }
        // In a list or a map, it is a character like others.
        let noted = json!({"metadata": {"a\u{0}": "\u{0}"}});
        let row =
            db.save(&context, "Instance", "i1", fields(&noted), &Filters::new()).await.unwrap();
        assert_eq!(row["metadata"], noted["metadata"]);
    }
}

#[tokio::test]
async fn a_question_may_be_long_but_not_endless() {
    for (db, _end) in databases().await {
        let context = admin_of(&db).await;
        for (values, answer) in [
            (32_766, Ok(1)),
            (
                32_767,
                Err("a Instance of another shape: more than 32766 values in one statement".into()),
            ),
        ] {
            let names = (1..values).map(|n| json!(n.to_string())).chain([json!("demo")]);
            let query = Query::all().with_any("display_name", names);
            let rows = db.list(&context, "Instance", &query).await;
            assert_eq!(rows.map(|rows| rows.len()).map_err(|e| e.to_string()), answer);
        }
    }
}

#[tokio::test]
async fn what_is_there_twice_is_an_error_by_name() {
    for (db, _end) in databases().await {
        let context = admin_of(&db).await;
        let twin = Service::new("host-1", "nova-compute", "compute");
        twin.clone().create(&db, &context).await.unwrap();
        let error = twin.create(&db, &context).await.unwrap_err();
        assert_eq!(error.to_string(), "Service host-1 already exists.");
        let error = Flavor::new("8", "m1.tiny", 1, 1, 1).create(&db, &context).await.unwrap_err();
        assert_eq!(error.to_string(), "Flavor 8 already exists.");
        let mut small = Flavor::get(&db, &context, "2").await.unwrap();
        small.name = "m1.tiny".into();
        let error = small.save(&db, &context).await.unwrap_err();
        assert_eq!(error.to_string(), "Flavor 2 already exists.");
    }
}

#[tokio::test]
async fn a_closed_database_is_out_of_reach() {
    for (db, _end) in databases().await {
        let context = admin_of(&db).await;
        db.close().await;
        let error = db.get(&context, "Instance", "i1").await.unwrap_err();
        assert!(error.to_string().starts_with("the database cannot be reached: "), "{error}");
    }
}
