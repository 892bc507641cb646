//! The line to PostgreSQL fails under load, and is mended.

use crate::{
    proxy::{Line, Proxy},
    scratch::Scratch,
};
use nova_conductor::Db;
use nova_objects::{Flavor, Instance, NovaObject, RequestContext, StoreError};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

/// How long a statement may take, whatever happens; and a little.
const PATIENCE: Duration = Duration::from_secs(11);

/// How many connections a pool has.
const CONNECTIONS: usize = 10;

/// The host and port in `url`.
pub(crate) fn address(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    rest.split('/').next().unwrap_or(rest)
}

/// A row that somebody writes, again and again.
struct Diary {
    uuid: String,
    /// The last number that was taken.
    taken: u64,
    failures: u32,
}

/// Writes numbers into a row of its own: each into two columns at once.
async fn write(db: Db, stop: Arc<AtomicBool>) -> Diary {
    let context = RequestContext::admin();
    let instance = Instance::building("p", "u", "0", Flavor::new("7", "m1.test", 64, 1, 0));
    let mut row = instance.create(&db, &context).await.unwrap();
    let mut diary = Diary { uuid: row.uuid.clone(), taken: 0, failures: 0 };
    for number in 1.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        (row.display_name, row.hostname) = (number.to_string(), number.to_string());
        let start = Instant::now();
        match row.save(&db, &context).await {
            Ok(()) => diary.taken = number,
            Err(error) => {
                assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
                diary.failures += 1;
            }
        }
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
    diary
}

/// Takes as many connections as there may be: none is lost for ever.
async fn use_all_connections(db: &Db) {
    let Db::Postgres(pool) = db else { unreachable!("it is PostgreSQL") };
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(pool.acquire().await.unwrap());
    }
    drop(connections);
    // Time for them to go back.
    sleep(Duration::from_millis(200)).await;
}

/// Eight who write; for three seconds the line is `fault`. Each save ends in time, what was taken
/// is there, no row is half written, and in the end all is well. Gives the number of failures.
async fn trouble(fault: Line) -> Option<u32> {
    let (scratch, context) = (Scratch::new().await?, RequestContext::admin());
    let line = Proxy::to(address(&scratch.url)).await;
    let db = Db::open(&line.instead_of(&scratch.url, address(&scratch.url))).await.unwrap();
    let (stop, mut writers) = (Arc::<AtomicBool>::default(), JoinSet::new());
    for _ in 0..8 {
        writers.spawn(write(db.clone(), Arc::clone(&stop)));
    }
    sleep(Duration::from_secs(1)).await;
    line.is(fault);
    sleep(Duration::from_secs(3)).await;
    line.is(Line::Sound);
    sleep(Duration::from_secs(1)).await;
    stop.store(true, Ordering::Relaxed);
    let diaries = writers.join_all().await;
    use_all_connections(&db).await;
    for diary in &diaries {
        let mut row = Instance::get(&db, &context, &diary.uuid).await.unwrap();
        assert_eq!(row.display_name, row.hostname);
        // The answer to the last one may have been lost.
        let written: u64 = row.hostname.parse().unwrap();
        assert!(written >= diary.taken && diary.taken > 10, "{written}, {}", diary.taken);
        row.hostname = "after".into();
        row.save(&db, &context).await.unwrap();
    }
    let failures = diaries.iter().map(|diary| diary.failures).sum();
    println!("{fault:?}: {failures} failures");
    Some(failures)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_line_that_is_cut_is_mended() {
    if let Some(failures) = trouble(Line::Reset).await {
        assert!(failures >= 8, "{failures}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_line_that_swallows_everything_is_noticed_and_made_again() {
    if let Some(failures) = trouble(Line::BlackHole).await {
        assert!(failures > 0, "{failures}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_line_that_is_slow_loses_nothing() {
    if let Some(failures) = trouble(Line::Slow(Duration::from_millis(100))).await {
        assert_eq!(failures, 0);
    }
}

#[tokio::test]
async fn who_comes_back_after_the_server_was_away_notices_nothing() {
    let Some(scratch) = Scratch::new().await else { return };
    let (db, context) = (Db::open(&scratch.url).await.unwrap(), RequestContext::admin());
    use_all_connections(&db).await;
    scratch.cut().await;
    for _ in 0..CONNECTIONS {
        Flavor::get(&db, &context, "1").await.unwrap();
    }
}

#[tokio::test]
async fn who_leaves_in_the_middle_keeps_no_connection() {
    let Some(scratch) = Scratch::new().await else { return };
    let (line, context) = (Proxy::to(address(&scratch.url)).await, RequestContext::admin());
    let db = Db::open(&line.instead_of(&scratch.url, address(&scratch.url))).await.unwrap();
    use_all_connections(&db).await;
    line.is(Line::BlackHole);
    for _ in 0..2 * CONNECTIONS {
        let get = Flavor::get(&db, &context, "1");
        assert!(timeout(Duration::from_millis(50), get).await.is_err());
    }
    line.is(Line::Sound);
    Flavor::get(&db, &context, "1").await.unwrap();
    use_all_connections(&db).await;
}

#[tokio::test]
async fn a_server_that_says_nothing_costs_no_more_than_a_few_seconds() {
    let Some(scratch) = Scratch::new().await else { return };
    let (line, start) = (Proxy::to(address(&scratch.url)).await, Instant::now());
    line.is(Line::BlackHole);
    let url = line.instead_of(&scratch.url, address(&scratch.url));
    let error = Db::open(&url).await.unwrap_err().to_string();
    assert!(error.ends_with("no answer within 5 seconds"), "{error}");
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}
