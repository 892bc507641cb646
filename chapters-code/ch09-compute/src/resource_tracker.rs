//! What the host has and what it has promised (`nova/compute/resource_tracker.py`).

use crate::{
    Claim, ComputeDriver, ComputeError, Hypervisor, Options, Usage, claims::TrackedInstances,
    moves::usage_on,
};
use nova_objects::{
    ComputeNode, DateTime, Instance, Limits, NovaException, NovaObject, Query, RequestContext,
    Store, Tracked, hop, hop::Kind,
};
use std::sync::Arc;
use tokio::sync::Mutex;
use tracing::Instrument;
use uuid::Uuid;

/// Counts what the instances of this host take, and keeps the [`ComputeNode`] row true, from
/// which the scheduler learns it.
///
/// The scheduler chooses a host by a row that may be seconds old. The claim here is where the
/// choice is tested against the truth.
pub struct ResourceTracker {
    pub(crate) options: Arc<Options>,
    hypervisor: Hypervisor,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) tracked: TrackedInstances,
    /// The row, and Nova's `COMPUTE_RESOURCE_SEMAPHORE`. It is held while rows are written, so
    /// that a recount never meets an instance that is counted but not yet written, and the row
    /// of the node is written in the order of the claims.
    pub(crate) compute_node: Mutex<Option<Tracked<ComputeNode>>>,
}

impl ResourceTracker {
    /// A tracker that knows nothing until
    /// [`update_available_resource`](Self::update_available_resource).
    pub fn new(options: Arc<Options>, hypervisor: Hypervisor, store: Arc<dyn Store>) -> Self {
        Self {
            options,
            hypervisor,
            store,
            tracked: TrackedInstances::default(),
            compute_node: Mutex::default(),
        }
    }

    /// Asks the hypervisor what it has, counts the instances of this host anew, and writes the
    /// row, making it if there is none.
    ///
    /// # Errors
    ///
    /// The hypervisor or the store does not answer.
    pub async fn update_available_resource(
        &self,
        context: &RequestContext,
    ) -> Result<(), ComputeError> {
        let context = context.elevated();
        let nodes = self.hypervisor.get_available_nodes().await?;
        let nodename = nodes.first().map_or("", String::as_str);
        let resources = self.hypervisor.get_available_resource(nodename).await?;
        let mut compute_node = self.compute_node.lock().await;
        self.tracked.recount(self.count(&context).await?);
        let node = match &mut *compute_node {
            Some(node) => node,
            none => none.insert(self.get_or_create(&context, nodename).await?),
        };
        resources.copy_to(node);
        node.host_ip.clone_from(&self.options.my_ip);
        node.cpu_allocation_ratio = self.options.cpu_allocation_ratio;
        node.ram_allocation_ratio = self.options.ram_allocation_ratio;
        node.disk_allocation_ratio = self.options.disk_allocation_ratio;
        self.write_usage(&context, node).await
    }

    /// Tests whether `instance` fits on `node` within `limits`, and if so makes it this host's.
    ///
    /// # Errors
    ///
    /// [`ComputeError::ComputeResourcesUnavailable`] if it does not fit;
    /// [`ComputeError::NotAValidNode`] if `node` is no hypervisor of this host; the store's
    /// error if the rows cannot be written. Nothing is claimed then.
    pub async fn instance_claim(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        node: &str,
        limits: &Limits,
    ) -> Result<Claim, ComputeError> {
        let claim = async {
            let result = self.claim_and_write(context, instance, node, limits).await;
            let failed = |error: &ComputeError| hop::failed(&error.class(), error);
            result.inspect(|claim| hop::outcome(claim)).inspect_err(failed)
        };
        claim.instrument(hop!(Kind::Claim, "instance_claim")).await
    }

    async fn claim_and_write(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        node: &str,
        limits: &Limits,
    ) -> Result<Claim, ComputeError> {
        let host = &self.options.host;
        let mut compute_node = self.compute_node.lock().await;
        let unknown = || ComputeError::ComputeHostNotFound { host: host.clone() };
        let row = compute_node.as_mut().ok_or_else(unknown)?;
        if node != row.hypervisor_hostname {
            return Err(ComputeError::NotAValidNode(node.to_owned()));
        }
        let (usage, reserved) = (Usage::of(instance), Usage::reserved(&self.options));
        let claim = self.tracked.claim(&instance.uuid, usage, reserved, limits)?;
        instance.host = Some(host.clone());
        instance.launched_on = Some(host.clone());
        instance.node = Some(node.to_owned());
        instance.save(&*self.store, context).await?;
        self.write_usage(&context.elevated(), row).await?;
        Ok(claim)
    }

    /// Counts `instance` as it is now, and writes the row. One that is deleted, or has left this
    /// host, takes nothing any more.
    ///
    /// # Errors
    ///
    /// The row cannot be written; the count is right all the same.
    pub async fn update_usage(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        let mut compute_node = self.compute_node.lock().await;
        self.tracked.update(&instance.uuid, usage_on(&self.options.host, instance, None));
        match &mut *compute_node {
            Some(node) => self.write_usage(&context.elevated(), node).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn write_usage(
        &self,
        context: &RequestContext,
        node: &mut Tracked<ComputeNode>,
    ) -> Result<(), ComputeError> {
        self.tracked.used(Usage::reserved(&self.options)).copy_to(node);
        // Even if nothing else has changed: a scheduler forgets what it has promised of this host
        // only when it sees a newer row.
        node.updated_at = Some(DateTime::now());
        Ok(node.save(&*self.store, context).await?)
    }

    async fn get_or_create(
        &self,
        context: &RequestContext,
        nodename: &str,
    ) -> Result<Tracked<ComputeNode>, ComputeError> {
        let host = self.options.host.as_str();
        let query = Query::all().with("host", host).with("hypervisor_hostname", nodename);
        if let Some(node) = ComputeNode::find(&*self.store, context, query).await? {
            return Ok(node);
        }
        let node = ComputeNode {
            uuid: Uuid::new_v4().to_string(),
            host: host.to_owned(),
            hypervisor_hostname: nodename.to_owned(),
            ..ComputeNode::default()
        };
        Ok(node.create(&*self.store, context).await?)
    }
}
