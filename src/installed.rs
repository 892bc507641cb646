//! What is installed: mini-nova's site-packages.
//!
//! Each crate says in constants what it offers; this file says which crates there are. To install
//! one of your own, name it in `Cargo.toml` and add its line here; or, in a program of your own,
//! change [`Conf::installed`](crate::Conf::installed).

use nova_compute::DriverConstructor;
use nova_extensions::ExtensionEntryPoint;
use nova_objects::{Plugs, Store};
use nova_paste::{EntryPoint, Factory, Registry};
use nova_rpc::{RpcServer, Transport};
use nova_scheduler::{filters::FilterConstructor, weights::WeigherConstructor};
use std::{fmt, sync::Arc};

/// Adds methods to a service's server, beside those of its manager (`additional_endpoints` in
/// `nova/manager.py`).
pub type AdditionalEndpoints = fn(RpcServer, &Surroundings<'_>) -> RpcServer;

/// What is around a service: all that its endpoints may want.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The rows, as the service reaches them: a compute service has a conductor for that.
    pub store: &'a Arc<dyn Store>,
    /// What carries its messages.
    pub transport: &'a Arc<dyn Transport>,
    /// The host it is on.
    pub host: &'a str,
}

// ANCHOR: installed
/// What there is to choose from, for a paste file, the API, the scheduler and the hosts.
#[derive(Clone)]
pub struct Installed {
    /// What a paste file may name, by the distribution that offers it.
    pub factories: Vec<(&'static str, &'static [EntryPoint<Factory>])>,
    /// What the API is made of.
    pub extensions: Vec<ExtensionEntryPoint>,
    /// What the scheduler may be told to ask before it calls a host fit.
    pub scheduler_filters: Vec<EntryPoint<FilterConstructor>>,
    /// What it may be told to ask to find the best of the fit.
    pub scheduler_weighers: Vec<EntryPoint<WeigherConstructor>>,
    /// What may drive a hypervisor. One whose name begins with `fake.` is asked for as many hosts as
    /// `fake_hosts` says; of any other there is one.
    pub drivers: Vec<EntryPoint<DriverConstructor>>,
    /// What a conductor offers besides.
    pub conductor_endpoints: Vec<AdditionalEndpoints>,
    /// What a compute service offers besides.
    pub compute_endpoints: Vec<AdditionalEndpoints>,
}
// ANCHOR_END: installed

/// What this program comes with.
impl Default for Installed {
    fn default() -> Self {
        Self {
            factories: vec![
                ("Paste", nova_urlmap::PASTE_ENTRY_POINTS),
                ("nova", nova_urlmap::ENTRY_POINTS),
                ("nova", nova_pipeline::ENTRY_POINTS),
                ("nova", nova_extensions::ENTRY_POINTS),
            ],
            // ANCHOR: extensions
            extensions: [nova_extensions::EXTENSIONS].concat(),
            // ANCHOR_END: extensions
            scheduler_filters: nova_scheduler::FILTERS.to_vec(),
            scheduler_weighers: nova_scheduler::WEIGHERS.to_vec(),
            drivers: nova_compute::DRIVERS.to_vec(),
            conductor_endpoints: Vec::new(),
            compute_endpoints: Vec::new(),
        }
    }
}

impl Installed {
    /// The factories, as a paste file finds them; they find `plugs`.
    pub fn registry(&self, plugs: Plugs) -> Registry {
        let offers = self.factories.iter();
        offers
            .fold(Registry::new(plugs), |registry, (dist, offered)| registry.install(dist, offered))
    }

    /// All that is offered, by name.
    fn names(&self) -> Vec<&str> {
        let factories = self.factories.iter().flat_map(|(_, offered)| *offered);
        let names = factories.map(|factory| factory.target);
        let names = names.chain(self.extensions.iter().map(|one| one.target));
        let names = names.chain(self.scheduler_filters.iter().map(|one| one.target));
        let names = names.chain(self.scheduler_weighers.iter().map(|one| one.target));
        names.chain(self.drivers.iter().map(|one| one.target)).collect()
    }
}

impl fmt::Debug for Installed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// By name: whether two functions are one, Rust cannot say.
impl PartialEq for Installed {
    fn eq(&self, other: &Self) -> bool {
        self.names() == other.names()
    }
}
