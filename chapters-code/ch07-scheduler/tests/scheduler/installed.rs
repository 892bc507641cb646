//! A filter and a weigher of the reader's own: installed as an extension is, by an entry point.

use crate::cloud::{Cloud, spec};
use nova_objects::{FilterProperties, Limits};
use nova_paste::EntryPoint;
use nova_scheduler::{
    BaseHostFilter, BaseHostWeigher, FILTERS, FilterConstructor, FilterScheduler, HostState,
    Options, Report, Request, Verdict, WEIGHERS, WeigherConstructor, filters, weights,
};

/// Passes the hosts of one row of racks, up to half of their memory.
struct RowFilter;

impl BaseHostFilter for RowFilter {
    fn host_passes(&self, host: &HostState, _request: &Request<'_>) -> Verdict {
        if !host.host.starts_with("row-a") {
            return Verdict::fail("is in another row");
        }
        let memory_mb = Some(host.total_usable_ram_mb as f64 / 2.0);
        Verdict::PassWithin(Limits { memory_mb, ..Limits::default() })
    }
}

const ROW_FILTER: EntryPoint<FilterConstructor> =
    EntryPoint::new(filters::NAMESPACE, "RowFilter", "my_racks.row:RowFilter", |_options| {
        Box::new(RowFilter)
    });

/// Prefers hosts with a low number; how much, an option says.
struct NumberWeigher(f64);

impl BaseHostWeigher for NumberWeigher {
    fn weigh_object(&self, host: &HostState, _request: &Request<'_>) -> f64 {
        let (_, number) = host.host.rsplit_once('-').unwrap();
        -number.parse::<f64>().unwrap()
    }

    fn weight_multiplier(&self) -> f64 {
        self.0
    }
}

const NUMBER_WEIGHER: EntryPoint<WeigherConstructor> = EntryPoint::new(
    weights::NAMESPACE,
    "NumberWeigher",
    "my_racks.number:NumberWeigher",
    |options| Box::new(NumberWeigher(options.ram_weight_multiplier * 3.0)),
);

/// The larger a host's number, the larger the host.
const HOSTS: [(&str, i64); 4] =
    [("row-a-1", 2048), ("row-a-2", 4096), ("row-b-3", 8192), ("row-b-4", 16384)];

fn options(filters: &[&str], weighers: &[&str]) -> Options {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Options {
        scheduler_default_filters: names(filters),
        scheduler_weight_classes: names(weighers),
        ..Options::default()
    }
}

/// A scheduler with all that comes with the crate, and these two.
fn scheduler(cloud: &Cloud, options: &Options) -> FilterScheduler {
    let filters = [FILTERS, &[ROW_FILTER]].concat();
    let weighers = [WEIGHERS, &[NUMBER_WEIGHER]].concat();
    FilterScheduler::new(cloud.store.clone(), &filters, &weighers, options).unwrap()
}

async fn report(options: &Options) -> Report {
    let cloud = Cloud::with(&HOSTS).await;
    let (spec, nothing) = (spec(512, 1), FilterProperties::default());
    let request = Request::new(&spec, &nothing);
    scheduler(&cloud, options).schedule(&cloud.context, request).await.unwrap()
}

#[tokio::test]
async fn a_filter_of_ones_own_is_asked_if_it_is_named() {
    for (filters, line) in [
        (&["RamFilter"][..], "4 hosts, 4 left"),
        (&["RowFilter"], "4 hosts, 2 left: RowFilter fails 2"),
        (&["my_racks.row.RowFilter"], "4 hosts, 2 left: RowFilter fails 2"),
        (&["RamFilter", "RowFilter"], "4 hosts, 2 left: RowFilter fails 2"),
    ] {
        let report = report(&options(filters, &[])).await;
        assert_eq!(report.decisions[0].filtering.to_string(), line, "{filters:?}");
    }
}

#[tokio::test]
async fn a_limit_that_a_filter_of_ones_own_sets_goes_with_the_choice() {
    let cloud = Cloud::with(&HOSTS).await;
    let scheduler = scheduler(&cloud, &options(&["RamFilter", "RowFilter"], &["RAMWeigher"]));
    let (spec, nothing) = (spec(512, 1), FilterProperties::default());
    let chosen = scheduler.select_destinations(&cloud.context, &spec, &nothing, None).await;
    let chosen = &chosen.unwrap()[0];
    assert_eq!((chosen.host.as_str(), chosen.limits.memory_mb), ("row-a-2", Some(2048.0)));
}

#[tokio::test]
async fn a_weigher_of_ones_own_is_asked_if_it_is_named_or_all_are() {
    let number = "row-a-1 3.00, row-a-2 2.00, row-b-3 1.00, row-b-4 0.00";
    for (weighers, line) in [
        (&["RAMWeigher"][..], "row-b-4 1.00, row-b-3 0.50, row-a-2 0.25, row-a-1 0.12"),
        (&["NumberWeigher"], number),
        (&["my_racks.number.NumberWeigher"], number),
        (
            &["RAMWeigher", "NumberWeigher"],
            "row-a-1 3.12, row-a-2 2.25, row-b-3 1.50, row-b-4 1.00",
        ),
        (&[weights::ALL_WEIGHERS], "row-a-1 4.12, row-a-2 3.25, row-b-3 2.50, row-b-4 2.00"),
    ] {
        let report = report(&options(&[], weighers)).await;
        let weighing = report.decisions[0].weighing.as_ref().unwrap();
        assert_eq!(weighing.to_string(), line, "{weighers:?}");
    }
}
