//! The exercise of chapter 8, solved: of several conductors, one leads.

#![cfg(test)]

use nova_conductor::Db;
use nova_objects::{DateTime, NovaObject, Query, RequestContext, Service, Store, StoreError};
use tokio::task::JoinSet;

// ANCHOR: solution
/// Takes the lead for `me`, unless somebody else was seen there in the last ten seconds.
async fn lead(store: &dyn Store, context: &RequestContext, me: &str) -> Result<bool, StoreError> {
    let query = Query::all().with("binary", "leader");
    let Some(mut seat) = Service::find(store, context, query).await? else { return Ok(false) };
    if seat.host != me && seat.is_up(DateTime::now(), 10.0) {
        return Ok(false);
    }
    let found = seat.as_found(&["host", "last_seen_up"]);
    (seat.host, seat.last_seen_up) = (me.into(), Some(DateTime::now()));
    match seat.save_on_match(store, context, &found).await {
        Ok(()) => Ok(true),
        Err(StoreError::UpdateConflict { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
// ANCHOR_END: solution

/// Who of twenty, who try at once, leads then.
async fn leaders(db: &Db) -> Vec<String> {
    let mut racers = JoinSet::new();
    for number in 0..20 {
        let (db, me) = (db.clone(), format!("conductor-{number}"));
        racers.spawn(async move {
            let leads = lead(&db, &RequestContext::admin(), &me).await.unwrap();
            leads.then_some(me)
        });
    }
    racers.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_conductors_one_leads_until_it_falls_silent() {
    let (db, context) = (Db::memory().await.unwrap(), RequestContext::admin());
    let long_ago = Some(DateTime::now().plus_seconds(-11));
    let empty = Service { last_seen_up: long_ago, ..Service::new("nobody", "leader", "") };
    let mut seat = empty.create(&db, &context).await.unwrap();

    let first = leaders(&db).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(leaders(&db).await, first, "it may stay, and nobody else may come");

    seat.refresh(&db, &context).await.unwrap();
    seat.last_seen_up = long_ago;
    seat.save(&db, &context).await.unwrap();
    assert!(lead(&db, &context, "conductor-20").await.unwrap(), "it was silent for too long");
    assert_eq!(leaders(&db).await, [""; 0]);
}
