//! The host states, and how rows bring them up to date (`nova/scheduler/host_manager.py`
//! `HostState.update`, `HostManager._get_aggregates_info`).

use crate::HostState;
use nova_objects::{Aggregate, ComputeNode, DateTime, Service, Tracked};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// What was read of the store.
#[derive(Default)]
pub(crate) struct Look {
    /// Is this all there is, or what has changed?
    pub(crate) whole: bool,
    pub(crate) services: Vec<Tracked<Service>>,
    pub(crate) nodes: Vec<Tracked<ComputeNode>>,
    pub(crate) aggregates: Vec<Tracked<Aggregate>>,
}

/// All hosts, in the order in which they joined the cloud.
#[derive(Default)]
pub(crate) struct Hosts {
    pub(crate) states: Vec<HostState>,
    /// Where among the states the nodes of a host are.
    places_of_host: HashMap<String, Vec<usize>>,
    services: HashMap<String, Arc<Service>>,
    aggregates: BTreeMap<i64, Arc<Aggregate>>,
    /// Nodes that wait for the service of their host.
    without_service: Vec<ComputeNode>,
    /// The latest change there is in a row that was read.
    pub(crate) newest: Option<DateTime>,
}

impl Hosts {
    /// Brings the states to what the rows say. A node without a service is no host; after a whole
    /// look, a host without a node is forgotten.
    pub(crate) fn update(&mut self, look: Look) {
        let before = if look.whole { std::mem::take(self) } else { Self::default() };
        for service in look.services {
            self.update_service(Service::clone(&service));
        }
        let known = self.states.len();
        let waiting = std::mem::take(&mut self.without_service);
        let changed = look.nodes.iter().map(|node| ComputeNode::clone(node));
        for node in waiting.into_iter().chain(changed) {
            self.update_node(node, &before);
        }
        let joined = self.states.len() > known;
        if joined || !look.aggregates.is_empty() {
            self.update_aggregates(look.aggregates);
        }
    }

    /// Takes over a row, unless a later one has been read.
    fn update_service(&mut self, service: Service) {
        self.notice(service.updated_at.or(service.created_at));
        let later = |known: &Arc<Service>| known.updated_at > service.updated_at;
        if self.services.get(&service.host).is_some_and(later) {
            return;
        }
        let service = Arc::new(service);
        for &place in self.places_of_host.get(&service.host).into_iter().flatten() {
            self.states[place].service = Arc::clone(&service);
        }
        self.services.insert(service.host.clone(), service);
    }

    /// Takes over a row; what was promised `before` on top of it stays promised.
    fn update_node(&mut self, node: ComputeNode, before: &Self) {
        self.notice(node.updated_at.or(node.created_at));
        let Some(service) = self.services.get(&node.host) else {
            return self.without_service.push(node);
        };
        let row = HostState::new(&node, Arc::clone(service));
        if let Some(place) = self.place(&row) {
            return self.states[place].take_over(row);
        }
        self.places_of_host.entry(row.host.clone()).or_default().push(self.states.len());
        let state = match before.place(&row) {
            Some(place) => {
                let service = Arc::clone(&row.service);
                let mut state = HostState { service, ..before.states[place].clone() };
                state.take_over(row);
                state
            }
            None => row,
        };
        self.states.push(state);
    }

    fn update_aggregates(&mut self, aggregates: Vec<Tracked<Aggregate>>) {
        for aggregate in aggregates {
            self.notice(aggregate.updated_at.or(aggregate.created_at));
            self.aggregates.insert(aggregate.id, Arc::new(Aggregate::clone(&aggregate)));
        }
        let mut of_host: HashMap<&str, Vec<Arc<Aggregate>>> = HashMap::new();
        for aggregate in self.aggregates.values() {
            for host in &aggregate.hosts {
                of_host.entry(host).or_default().push(Arc::clone(aggregate));
            }
        }
        for state in &mut self.states {
            state.aggregates = of_host.get(state.host.as_str()).cloned().unwrap_or_default();
        }
    }

    fn place(&self, state: &HostState) -> Option<usize> {
        let is_it = |place: &&usize| self.states[**place].nodename == state.nodename;
        self.places_of_host.get(&state.host)?.iter().find(is_it).copied()
    }

    fn notice(&mut self, change: Option<DateTime>) {
        self.newest = self.newest.max(change);
    }
}
