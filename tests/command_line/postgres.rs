//! A cloud whose rows are in PostgreSQL.
//!
//! `MINI_NOVA_TEST_POSTGRES` is its address. What is missing is skipped, except in CI, where it is
//! a failure.

use crate::{
    binary::{Running, mini_nova, text},
    finds_its_servers_again,
    scratch::Scratch,
};
use std::{fs, path::Path};

#[cfg(unix)]
#[tokio::test]
async fn a_cloud_with_a_database_server_finds_its_servers_again() {
    let Some(scratch) = Scratch::new().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.conf");
    fs::write(&path, format!("[database]\nconnection = {}\n", scratch.url)).unwrap();
    let conf = ["--config-file", Path::to_str(&path).unwrap()];
    finds_its_servers_again(&conf).await;

    // The server stops under the cloud, and starts again.
    let cloud = Running::start(&conf);
    let before = cloud.ask("/servers", None).await;
    scratch.cut().await;
    assert_eq!(cloud.ask("/servers", None).await, before);
    assert_eq!(before["servers"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_demo_draws_the_same_tree_over_a_database_server() {
    let Some(scratch) = Scratch::new().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.conf");
    let url = scratch.url.replace("postgresql://", "postgresql+psycopg2://");
    fs::write(&path, format!("[database]\nconnection = {url}\n")).unwrap();
    let here = mini_nova(&["demo", "--stable"]);
    let there = mini_nova(&["demo", "--stable", "--config-file", path.to_str().unwrap()]);
    assert!(there.status.success(), "{}", text(&there.stderr));
    assert_eq!(text(&there.stdout), text(&here.stdout));
}
