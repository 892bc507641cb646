//! The five verbs by which every service reaches the rows (`nova/objects/base.py`
//! `NovaObject.indirection_api`).

use crate::{Fields, Filters, Query, RequestContext, StoreError};
use async_trait::async_trait;

/// Where the rows are.
///
/// In the API, the scheduler and the conductor that is a database; in a compute service it is
/// the conductor, asked over RPC. The services cannot tell, and need not know. A store knows
/// classes by name and rows by their fields, for that is what crosses the wire; typed access is
/// [`NovaObject`](crate::NovaObject) and [`Tracked`](crate::Tracked).
///
/// A context that is no administrator's sees the rows of its project, and those that belong to
/// none.
#[async_trait]
pub trait Store: Send + Sync {
    /// Adds a row, fills in `id` and `created_at`, and gives it back.
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError>;

    /// Gives the row whose key field holds `key`.
    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError>;

    /// Gives the rows that `query` describes, in its order.
    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError>;

    /// Changes the fields named in `changes` and gives the whole row back, in one step that
    /// happens only while each field named in `expected` has one of the values that stand there
    /// (`update_on_match`).
    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError>;

    /// Removes a row; where the class has a `deleted` field, marks it instead.
    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError>;
}
