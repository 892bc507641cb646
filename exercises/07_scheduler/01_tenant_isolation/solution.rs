//! A scheduler filter that keeps hosts for projects.

use nova_paste::EntryPoint;
use nova_scheduler::{
    BaseHostFilter, FilterConstructor, HostState, Request, Verdict, filters::NAMESPACE,
};

/// The filter, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "AggregateMultiTenancyIsolation",
    "workshop.tenant_isolation:AggregateMultiTenancyIsolation",
    |_options| Box::new(AggregateMultiTenancyIsolation),
);

/// Keeps hosts for projects: those that their aggregates name in `filter_tenant_id`.
pub struct AggregateMultiTenancyIsolation;

impl BaseHostFilter for AggregateMultiTenancyIsolation {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        // SOLUTION
        // ANCHOR: solution
        let notes = host.aggregates.iter().filter_map(|a| a.metadata.get("filter_tenant_id"));
        let projects: Vec<_> = notes.flat_map(|note| note.split(',')).map(str::trim).collect();
        let ours = projects.contains(&request.spec.project_id.as_str());
        Verdict::of(projects.is_empty() || ours, "is kept for other projects")
        // ANCHOR_END: solution
        // STARTER
        // // Whose is the host? So far it is everybody's.
        // Verdict::Pass
        // END
    }

    /// To take one instance of a request does not change whose the host is.
    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}
