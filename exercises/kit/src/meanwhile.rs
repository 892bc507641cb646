//! Somebody else, a moment before you.

use async_trait::async_trait;
use nova_objects::{Fields, Filters, Query, RequestContext, Store, StoreError};
use std::sync::{Arc, Mutex, PoisonError};

/// A store with somebody else in it, who changes a row right before your first save: after all that
/// you have read, and before anything that you write.
pub struct Meanwhile {
    store: Arc<dyn Store>,
    change: Mutex<Option<(&'static str, String, Fields)>>,
}

impl Meanwhile {
    /// In `store`, the row of that class and key gets these fields meanwhile.
    pub fn new(store: Arc<dyn Store>, class: &'static str, key: &str, changes: Fields) -> Self {
        Self { store, change: Mutex::new(Some((class, key.to_owned(), changes))) }
    }

    async fn somebody_else(&self) -> Result<(), StoreError> {
        let change = self.change.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((class, key, changes)) = change {
            let (context, whatever) = (RequestContext::admin(), Filters::new());
            self.store.save(&context, class, &key, changes, &whatever).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Meanwhile {
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        self.store.create(context, class, fields).await
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        self.store.get(context, class, key).await
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        self.store.list(context, class, query).await
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        self.somebody_else().await?;
        self.store.save(context, class, key, changes, expected).await
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.store.destroy(context, class, key).await
    }
}
