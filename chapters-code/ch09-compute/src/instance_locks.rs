//! One thing at a time for each instance (`nova/utils.py` `synchronized(instance.uuid)`).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::OwnedMutexGuard;

/// A lock for each UUID that somebody holds or waits for.
#[derive(Default)]
pub(crate) struct InstanceLocks {
    by_uuid: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
}

impl InstanceLocks {
    /// Waits until nobody else works on the instance. Dropping the guard lets the next one in.
    pub(crate) async fn lock(&self, instance_uuid: &str) -> OwnedMutexGuard<()> {
        self.of(instance_uuid).lock_owned().await
    }

    fn of(&self, instance_uuid: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut by_uuid = self.by_uuid.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = by_uuid.get(instance_uuid).and_then(Weak::upgrade) {
            return lock;
        }
        by_uuid.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        by_uuid.insert(instance_uuid.to_owned(), Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use super::InstanceLocks;

    #[tokio::test]
    async fn one_instance_waits_for_itself_and_for_no_other() {
        let locks = InstanceLocks::default();
        let first = locks.lock("a").await;
        let _other = locks.lock("b").await;
        let again = locks.lock("a");
        tokio::pin!(again);
        tokio::select! {
            biased;
            _ = &mut again => panic!("a is locked"),
            () = tokio::task::yield_now() => drop(first),
        }
        drop(again.await);
        drop(locks.lock("c").await);
        assert_eq!(locks.by_uuid.lock().unwrap().len(), 2, "b is held, c was the last");
    }
}
