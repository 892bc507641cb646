//! Changing a row that others change too.

use async_trait::async_trait;
use nova_objects::{
    Aggregate, Fields, Filters, MemoryStore, NovaException, NovaObject, Query, RequestContext,
    Store, StoreError, Tracked,
};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Rows that somebody else changes just before they are saved, so often.
struct Busy {
    rows: MemoryStore,
    left: AtomicUsize,
}

#[async_trait]
impl Store for Busy {
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        self.rows.create(context, class, fields).await
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        self.rows.get(context, class, key).await
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        self.rows.list(context, class, query).await
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        let left = self.left.load(Relaxed);
        if left > 0 {
            self.left.store(left - 1, Relaxed);
            let theirs = Fields::from_iter([("hosts".to_owned(), json!([left.to_string()]))]);
            self.rows.save(context, class, key, theirs, &Filters::new()).await?;
        }
        self.rows.save(context, class, key, changes, expected).await
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.rows.destroy(context, class, key).await
    }
}

async fn busy(times: usize) -> Result<(Busy, Tracked<Aggregate>), StoreError> {
    let store = Busy { rows: MemoryStore::default(), left: times.into() };
    let row = Aggregate::new("fast", None).create(&store, &RequestContext::admin()).await?;
    Ok((store, row))
}

/// Adds a host and a note, unless the others have added the last of theirs.
fn add(aggregate: &mut Aggregate) -> Result<(), StoreError> {
    aggregate.metadata.insert("mine".into(), "too".into());
    if aggregate.hosts == ["1"] {
        return Err(StoreError::Unsupported("full".into()));
    }
    aggregate.hosts.push("mine".into());
    Ok(())
}

#[tokio::test]
async fn a_change_is_made_again_to_a_row_that_is_not_as_it_was() {
    let context = RequestContext::admin();
    let (store, mut row) = busy(0).await.unwrap();
    let mut late = row.clone();
    for writer in [&mut row, &mut late] {
        writer.update(&store, &context, add).await.unwrap();
    }
    assert_eq!(late.hosts, ["mine", "mine"]);
    assert_eq!(Aggregate::get(&store, &context, "1").await.unwrap(), late);
}

#[tokio::test]
async fn who_finds_that_it_cannot_be_writes_nothing() {
    let context = RequestContext::admin();
    let (store, mut row) = busy(3).await.unwrap();
    let refused = row.update(&store, &context, add).await.unwrap_err();
    assert_eq!(refused, StoreError::Unsupported("full".into()), "once the others had written");
    assert_eq!((&row.hosts[..], row.metadata.len()), (&["1".to_owned()][..], 0));
    assert_eq!(Aggregate::get(&store, &context, "1").await.unwrap(), row);
}

#[tokio::test]
async fn who_is_never_fast_enough_is_told_so_in_the_end() {
    let context = RequestContext::admin();
    let (store, mut row) = busy(1000).await.unwrap();
    let lost = row.update(&store, &context, add).await.unwrap_err();
    assert_eq!((lost.class().as_ref(), lost.code()), ("AggregateUpdateConflict", 409));
    let message = "Conflict updating Aggregate 1. Expected: {'hosts': [[u'902']]}. \
                   Actual: {'hosts': [u'901']}";
    assert_eq!(lost.to_string(), message);
}

#[tokio::test]
async fn what_somebody_else_writes_into_another_field_is_no_conflict() {
    let context = RequestContext::admin();
    let (store, mut row) = busy(1).await.unwrap();
    let note = |aggregate: &mut Aggregate| {
        aggregate.metadata.insert("mine".into(), "too".into());
        Ok::<_, StoreError>(())
    };
    row.update(&store, &context, note).await.unwrap();
    assert_eq!((&row.hosts[..], row.metadata.len()), (&["1".to_owned()][..], 1));
}
