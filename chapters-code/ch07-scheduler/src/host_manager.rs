//! Reading the hosts (`nova/scheduler/host_manager.py` `HostManager`).

use crate::{
    HostState, SchedulerError,
    hosts::{Hosts, Look},
};
use nova_objects::{
    Aggregate, ComputeNode, DateTime, NovaObject, Query, RequestContext, Service, Store,
};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Changes are read from so many seconds before the latest change known: a row may be
/// written a moment after the time that stands in it.
const OVERLAP: i64 = 1;

/// Keeps what the scheduler knows of each host between requests, and reads what has changed.
pub struct HostManager {
    store: Arc<dyn Store>,
    whole_look_after: Duration,
    known: Mutex<Known>,
    /// One looks at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    hosts: Hosts,
    /// When the last look began.
    last_look: Option<Instant>,
    /// When the last one began that read all rows.
    whole_look: Option<Instant>,
}

impl HostManager {
    /// Knows no host yet; it will read them from `store`: what has changed, and after so long all
    /// of them. A row that is gone has not changed, and clocks that differ may hide a change.
    pub fn new(store: Arc<dyn Store>, whole_look_after: Duration) -> Self {
        let turn = tokio::sync::Mutex::new(());
        Self { store, whole_look_after, known: Mutex::default(), turn }
    }

    // ANCHOR: get_all_host_states
    /// Reads what has changed and gives all hosts, in the order in which they joined the cloud.
    ///
    /// The hosts are given locked. Whoever chooses among them counts what it takes before it
    /// lets go, so that two requests at once see each other.
    pub(crate) async fn get_all_host_states(
        &self,
        context: &RequestContext,
    ) -> Result<HostStates<'_>, SchedulerError> {
        let asked = Instant::now();
        let _turn = self.turn.lock().await;
        // A look that began after this request came has seen all that this one would see.
        if self.lock().last_look.is_none_or(|began| began < asked) {
            let began = Instant::now();
            let since = self.lock().changes_since(self.whole_look_after);
            let look = self.look(&context.elevated(), since).await?;
            self.lock().update(look, began);
        }
        Ok(HostStates(self.lock()))
    }
    // ANCHOR_END: get_all_host_states

    /// Reads the rows that changed after `since`, or all there are.
    async fn look(
        &self,
        context: &RequestContext,
        since: Option<DateTime>,
    ) -> Result<Look, SchedulerError> {
        let (store, changed) = (&*self.store, Query { changes_since: since, ..Query::all() });
        let computes = changed.clone().with("binary", "nova-compute");
        Ok(Look {
            whole: since.is_none(),
            services: Service::list(store, context, computes).await?,
            nodes: ComputeNode::list(store, context, changed.clone().ascending("id")).await?,
            aggregates: Aggregate::list(store, context, changed).await?,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn update(&mut self, look: Look, began: Instant) {
        self.last_look = Some(began);
        if look.whole {
            self.whole_look = self.last_look;
        }
        self.hosts.update(look);
    }

    /// From which moment on changes have to be read. `None`: all there is has to be.
    fn changes_since(&self, whole_look_after: Duration) -> Option<DateTime> {
        let recent = self.whole_look.is_some_and(|look| look.elapsed() < whole_look_after);
        let newest = self.hosts.newest.filter(|_| recent)?;
        Some(newest.plus_seconds(-OVERLAP))
    }
}

/// All hosts, locked.
pub(crate) struct HostStates<'m>(MutexGuard<'m, Known>);

impl Deref for HostStates<'_> {
    type Target = [HostState];

    fn deref(&self) -> &[HostState] {
        &self.0.hosts.states
    }
}

impl DerefMut for HostStates<'_> {
    fn deref_mut(&mut self) -> &mut [HostState] {
        &mut self.0.hosts.states
    }
}
