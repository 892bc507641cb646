//! What administrators ask of hypervisors (`nova/compute/api.py` `HostAPI`).

use super::{HostAPI, HostError};
use nova_objects::{ComputeNode, Instance, NovaObject, Query, RequestContext, StoreError, Tracked};

impl HostAPI {
    /// All hypervisors, as they came (`compute_node_get_all`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn compute_node_get_all(
        &self,
        context: &RequestContext,
    ) -> Result<Vec<Tracked<ComputeNode>>, StoreError> {
        ComputeNode::list(&*self.store, context, Query::all().ascending("id")).await
    }

    /// The hypervisor of that number, if there is one (`compute_node_get`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn compute_node_get(
        &self,
        context: &RequestContext,
        id: i64,
    ) -> Result<Option<Tracked<ComputeNode>>, StoreError> {
        ComputeNode::find(&*self.store, context, Query::all().with("id", id)).await
    }

    /// Those with `pattern` in their names (`compute_node_search_by_hypervisor`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn compute_node_search_by_hypervisor(
        &self,
        context: &RequestContext,
        pattern: &str,
    ) -> Result<Vec<Tracked<ComputeNode>>, StoreError> {
        let mut nodes = self.compute_node_get_all(context).await?;
        nodes.retain(|node| node.hypervisor_hostname.contains(pattern));
        Ok(nodes)
    }

    /// The instances on a host, whoever they belong to (`instance_get_all_by_host`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn instance_get_all_by_host(
        &self,
        context: &RequestContext,
        host: &str,
    ) -> Result<Vec<Tracked<Instance>>, StoreError> {
        let there = Query::all().with("host", host).with("deleted", false);
        Instance::list(&*self.store, &context.elevated(), there.ascending("id")).await
    }

    /// What `uptime` says on a host (`get_host_uptime`).
    ///
    /// # Errors
    ///
    /// There is no such host, or it is down; it does not answer, or its driver cannot tell.
    pub async fn get_host_uptime(
        &self,
        context: &RequestContext,
        host: &str,
    ) -> Result<String, HostError> {
        let service = self.service_get_by_compute_host(context, host).await?;
        if !self.service_is_up(&service) {
            return Err(HostError::ComputeServiceUnavailable(host.to_owned()));
        }
        Ok(self.compute_rpcapi.get_host_uptime(context, host).await?)
    }
}
