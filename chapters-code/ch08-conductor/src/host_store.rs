//! The rows as a compute service may use them: it reads all of them, and changes what is its own.
//!
//! Nova has no such rule: there a compute service that mistakes another host's instance for its
//! own, after a restore from a backup, or with a host's old name, changes its row. This one is told
//! what it did. It is no wall against malice: who can send a message can name any host in it.
//!
//! | class | create | save | destroy |
//! |---|---|---|---|
//! | `Instance` | no | that is [its own](HostStore) | that is its own |
//! | `InstanceFault` | of an instance that is its own | no | no |
//! | `InstanceAction` | of an instance that is its own | the same | no |
//! | `InstanceActionEvent` | that names it | that names it | no |
//! | `Service`, `ComputeNode` | that names it | that names it | that names it |
//! | `Migration` | from or to it, of an instance that is its own | from or to it | no |
//! | all others | no | no | no |

use async_trait::async_trait;
use nova_objects::{
    ComputeNode, Fields, Filters, Instance, InstanceAction, InstanceActionEvent, InstanceFault,
    Migration, NovaObject, Query, RequestContext, Service, Store, StoreError, TaskState,
};
use serde_json::Value;

/// A store, on behalf of the compute service on a host.
///
/// An instance is its own if it is on the host, or on none; if its last move is from or to the
/// host; or if it waits to be moved, for then any host may be told to take it. A move that is
/// confirmed is nobody's business any more, and one that is reverted is that of the host that the
/// instance came from.
pub(crate) struct HostStore<'s> {
    pub(crate) store: &'s dyn Store,
    pub(crate) host: &'s str,
}

impl HostStore<'_> {
    /// Is the row, which is there already, this host's to change?
    async fn check(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        let change = format!("change {class} {key}");
        let row = async || self.store.get(context, class, key).await;
        match class {
            Instance::NAME => self.check_instance(context, key, &change).await,
            InstanceAction::NAME => {
                self.check_instance(context, instance_of(&row().await?), &change).await
            }
            InstanceActionEvent::NAME | Service::NAME | ComputeNode::NAME => {
                self.check_host(&row().await?, &change)
            }
            Migration::NAME => self.check_ends(&row().await?, &change),
            _ => Err(self.forbidden(&change, "it is no host's")),
        }
    }

    async fn check_instance(
        &self,
        context: &RequestContext,
        uuid: &str,
        change: &str,
    ) -> Result<(), StoreError> {
        let context = context.elevated().reading_deleted();
        let instance = Instance::get(self.store, &context, uuid).await?;
        let Some(host) = instance.host.as_deref().filter(|host| *host != self.host) else {
            return Ok(());
        };
        if instance.task_state == Some(TaskState::ResizePrep) {
            return Ok(());
        }
        let moves = Query::all().with("instance_uuid", uuid).descending("id");
        let last_move = Migration::find(self.store, &context, moves).await?;
        match last_move.is_some_and(|last_move| self.takes_part(&last_move)) {
            true => Ok(()),
            false => Err(self.forbidden(change, &format!("the instance is on {host}"))),
        }
    }

    fn takes_part(&self, migration: &Migration) -> bool {
        let (from, to) = (&migration.source_compute, &migration.dest_compute);
        match migration.status.as_str() {
            "confirmed" => false,
            "reverted" => from == self.host,
            _ => from == self.host || to == self.host,
        }
    }

    fn check_host(&self, row: &Fields, change: &str) -> Result<(), StoreError> {
        match text(row, "host") {
            Some(host) if host == self.host => Ok(()),
            Some(host) => Err(self.forbidden(change, &format!("it is {host}'s"))),
            None => Err(self.forbidden(change, "it is no host's")),
        }
    }

    fn check_ends(&self, row: &Fields, change: &str) -> Result<(), StoreError> {
        let [from, to] = ["source_compute", "dest_compute"].map(|end| text(row, end));
        if [from, to].contains(&Some(self.host)) {
            return Ok(());
        }
        let [from, to] = [from, to].map(|end| end.unwrap_or("nowhere"));
        Err(self.forbidden(change, &format!("it is from {from} to {to}")))
    }

    fn forbidden(&self, change: &str, whose: &str) -> StoreError {
        StoreError::Forbidden(format!("Host {} may not {change}: {whose}.", self.host))
    }

    /// The hosts that a row names which is surely this host's.
    fn own_hosts(&self, class: &str) -> Option<Vec<Value>> {
        match class {
            Instance::NAME => Some(vec![Value::Null, self.host.into()]),
            InstanceActionEvent::NAME | Service::NAME | ComputeNode::NAME => {
                Some(vec![self.host.into()])
            }
            _ => None,
        }
    }
}

#[async_trait]
impl Store for HostStore<'_> {
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        let change = format!("create a new {class}");
        match class {
            InstanceFault::NAME | InstanceAction::NAME => {
                self.check_instance(context, instance_of(&fields), &change).await?;
            }
            InstanceActionEvent::NAME | Service::NAME | ComputeNode::NAME => {
                self.check_host(&fields, &change)?;
            }
            Migration::NAME => {
                self.check_ends(&fields, &change)?;
                self.check_instance(context, instance_of(&fields), &change).await?;
            }
            _ => return Err(self.forbidden(&change, "no host may")),
        }
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

    /// Mostly the row names this host, or none: to ask for that in the same step costs nothing.
    /// Only if it does not, other rows are looked at.
    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        // ANCHOR: save
        if let Some(hosts) = self.own_hosts(class) {
            let mut own = expected.clone();
            let host = own.entry("host".into()).or_insert_with(|| hosts.clone());
            host.retain(|host| hosts.contains(host));
            match self.store.save(context, class, key, changes.clone(), &own).await {
                Err(StoreError::UpdateConflict { .. }) => {}
                // Who asks is told what it expected itself, and not what was added to it.
                Err(StoreError::UnexpectedTaskState { .. }) => {
                    let row = self.store.get(context, class, key).await?;
                    return Err(StoreError::conflict(class, key, expected, &row));
                }
                saved => return saved,
            }
        }
        self.check(context, class, key).await?;
        self.store.save(context, class, key, changes, expected).await
        // ANCHOR_END: save
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        if ![Instance::NAME, Service::NAME, ComputeNode::NAME].contains(&class) {
            return Err(self.forbidden(&format!("destroy {class} {key}"), "it stays"));
        }
        self.check(context, class, key).await?;
        self.store.destroy(context, class, key).await
    }
}

/// The instance that a row is about.
fn instance_of(row: &Fields) -> &str {
    text(row, "instance_uuid").unwrap_or_default()
}

fn text<'f>(row: &'f Fields, field: &str) -> Option<&'f str> {
    row.get(field).and_then(Value::as_str)
}
