//! All hosts, in one place (`nova/scheduler/host_manager.py` `HostManager`).

use crate::{HostState, SchedulerError};
use nova_objects::{ComputeNode, NovaObject, Query, RequestContext, Service, Store, Tracked};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Keeps what the scheduler knows of each host between requests.
pub struct HostManager {
    store: Arc<dyn Store>,
    host_states: Mutex<Vec<HostState>>,
}

impl HostManager {
    /// Knows no host yet; it will read them from `store`.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, host_states: Mutex::default() }
    }

    /// Reads the rows and gives all hosts, in the order in which they joined the cloud.
    ///
    /// The hosts are given locked. Whoever chooses among them counts what it takes before it
    /// lets go, so that two requests at once see each other.
    ///
    /// # Errors
    ///
    /// The store did not give the rows.
    pub async fn get_all_host_states(
        &self,
        context: &RequestContext,
    ) -> Result<MutexGuard<'_, Vec<HostState>>, SchedulerError> {
        let (store, context) = (&*self.store, &context.elevated());
        let computes = Query::all().with("binary", "nova-compute");
        let services = Service::list(store, context, computes).await?;
        let nodes = ComputeNode::list(store, context, Query::all().ascending("id")).await?;
        let mut host_states = self.host_states.lock().unwrap_or_else(PoisonError::into_inner);
        update(&mut host_states, &nodes, &services);
        Ok(host_states)
    }
}

/// Brings `host_states` to what the rows say. A node without a service is no host, and a host
/// without a node is forgotten.
fn update(
    host_states: &mut Vec<HostState>,
    nodes: &[Tracked<ComputeNode>],
    services: &[Tracked<Service>],
) {
    let services: HashMap<_, _> = services.iter().map(|row| (row.host.as_str(), row)).collect();
    let key = |state: &HostState| (state.host.clone(), state.nodename.clone());
    let mut known: HashMap<_, _> = host_states.drain(..).map(|s| (key(&s), s)).collect();
    host_states.extend(nodes.iter().filter_map(|node| {
        let service = services.get(node.host.as_str())?;
        let known = known.remove(&(node.host.clone(), node.hypervisor_hostname.clone()));
        let mut state = known.unwrap_or_else(|| HostState::new(node, service));
        state.update(node, service);
        Some(state)
    }));
}
