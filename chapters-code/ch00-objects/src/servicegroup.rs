//! One beat of a service's heart (`nova/servicegroup/drivers/db.py` `_report_state`).
//!
//! The heart itself, which beats on time, is in chapter 6, beside the server it speaks for.

use crate::{DateTime, NovaObject, Query, RequestContext, Service, Store, StoreError, Tracked};

/// Reports that `binary` on `host` is alive, and makes its row if it has none yet.
///
/// # Errors
///
/// The store is out of reach, or somebody else made or removed the row at the same moment: the
/// next beat finds it as it is then.
pub async fn report_state(
    store: &dyn Store,
    context: &RequestContext,
    host: &str,
    binary: &str,
    topic: &str,
) -> Result<Tracked<Service>, StoreError> {
    let query = Query::all().with("host", host).with("binary", binary);
    let mut service = match Service::find(store, context, query).await? {
        Some(service) => service,
        None => Service::new(host, binary, topic).create(store, context).await?,
    };
    service.report_count += 1;
    service.last_seen_up = Some(DateTime::now());
    service.save(store, context).await?;
    Ok(service)
}

#[cfg(test)]
mod tests {
    use super::report_state;
    use crate::{DateTime, MemoryStore, NovaObject, Query, RequestContext, Service};

    #[tokio::test]
    async fn each_beat_counts_and_the_row_is_made_once() {
        let (store, context) = (MemoryStore::default(), RequestContext::admin());
        for beats in 1..=3 {
            let beat = report_state(&store, &context, "host-1", "nova-compute", "compute").await;
            let service = beat.unwrap();
            assert_eq!(service.report_count, beats);
            assert!(service.is_up(DateTime::now(), 60.0));
        }
        report_state(&store, &context, "host-1", "nova-scheduler", "scheduler").await.unwrap();
        let rows = Service::list(&store, &context, Query::all()).await.unwrap();
        let counts: Vec<_> = rows.iter().map(|row| (&*row.binary, row.report_count)).collect();
        assert_eq!(counts, [("nova-compute", 3), ("nova-scheduler", 1)]);
    }
}
