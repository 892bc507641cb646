//! Rows that can be compared, and set back to what they were.

use crate::running_cloud::{belongings, infrastructure};
use async_trait::async_trait;
use nova_objects::{Fields, Filters, MemoryStore, Query, RequestContext, Store, StoreError};
use std::sync::{Arc, Mutex};

/// A running cloud, whose belongings are those of one user in one project.
pub(crate) struct Rows {
    now: Mutex<Arc<MemoryStore>>,
    owner: (&'static str, &'static str),
}

/// All classes of rows.
const CLASSES: [&str; 12] = [
    "Aggregate",
    "ComputeNode",
    "Flavor",
    "Instance",
    "InstanceAction",
    "InstanceActionEvent",
    "InstanceFault",
    "InstanceGroup",
    "KeyPair",
    "Migration",
    "Quota",
    "Service",
];

impl Rows {
    /// The rows of a cloud in which `owner`, a user and a project, has what there is to have.
    pub(crate) async fn of(owner: (&'static str, &'static str)) -> Arc<Self> {
        let rows = Self { now: Mutex::default(), owner };
        rows.rewind().await;
        Arc::new(rows)
    }

    /// Makes them what they were.
    pub(crate) async fn rewind(&self) {
        let store = Arc::new(MemoryStore::default());
        infrastructure(&*store).await.unwrap();
        belongings(&*store, self.owner.0, self.owner.1).await.unwrap();
        *self.now.lock().unwrap() = store;
    }

    /// All of them, with what is deleted.
    pub(crate) async fn all(&self) -> Vec<Fields> {
        let everything = RequestContext::admin().reading_deleted();
        let store = self.now();
        let mut all = Vec::new();
        for class in CLASSES {
            all.extend(store.list(&everything, class, &Query::all()).await.unwrap());
        }
        all
    }

    fn now(&self) -> Arc<MemoryStore> {
        self.now.lock().unwrap().clone()
    }
}

#[async_trait]
impl Store for Rows {
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        self.now().create(context, class, fields).await
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        self.now().get(context, class, key).await
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        self.now().list(context, class, query).await
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        self.now().save(context, class, key, changes, expected).await
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.now().destroy(context, class, key).await
    }
}
