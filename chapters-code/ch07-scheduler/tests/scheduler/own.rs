//! A filter of the reader's own: the solution of the chapter's exercise.

use crate::cloud::{Cloud, spec};
use nova_objects::{Aggregate, FilterProperties, RequestSpec};
use nova_paste::EntryPoint;
use nova_scheduler::{
    BaseHostFilter, FILTERS, FilterConstructor, FilterScheduler, HostState, Options, Request,
    Verdict, WEIGHERS, filters::NAMESPACE,
};

// ANCHOR: solution
const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "AggregateMultiTenancyIsolation",
    "mine:AggregateMultiTenancyIsolation",
    |_options| Box::new(AggregateMultiTenancyIsolation),
);

/// Keeps hosts for projects: those that an aggregate names in `filter_tenant_id`.
struct AggregateMultiTenancyIsolation;

impl BaseHostFilter for AggregateMultiTenancyIsolation {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let notes = host.aggregates.iter().filter_map(|a| a.metadata.get("filter_tenant_id"));
        let mut projects = notes.flat_map(|note| note.split(',')).map(str::trim).peekable();
        let kept = projects.peek().is_some();
        let ours = projects.any(|project| project == request.spec.project_id);
        Verdict::of(!kept || ours, "is kept for other projects")
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}
// ANCHOR_END: solution

#[tokio::test]
async fn a_host_is_kept_for_the_projects_that_its_aggregate_names() {
    let cloud = Cloud::with(&[("kept", 8192), ("open", 4096)]).await;
    let mut aggregate = Aggregate::new("a", None);
    aggregate.hosts = vec!["kept".into()];
    aggregate.metadata.insert("filter_tenant_id".into(), "p1, p2".into());
    cloud.add(aggregate).await;
    let mut options = Options::default();
    options.scheduler_default_filters.push("AggregateMultiTenancyIsolation".into());
    let installed = [FILTERS, &[ENTRY_POINT]].concat();
    for (project, host) in [("p1", "kept"), ("p2", "kept"), ("p3", "open")] {
        let spec = RequestSpec { project_id: project.into(), ..spec(64, 1) };
        let store = cloud.store.clone();
        let scheduler = FilterScheduler::new(store, &installed, WEIGHERS, &options).unwrap();
        let nothing = FilterProperties::default();
        let report = scheduler.schedule(&cloud.context, Request::new(&spec, &nothing)).await;
        let decision = &report.unwrap().decisions[0];
        assert_eq!(decision.chosen.as_ref().unwrap().host, host, "{project}");
        let last = decision.filtering.filters.last().unwrap();
        assert_eq!(last.filter, "AggregateMultiTenancyIsolation");
    }
}
