//! Asking the filters (`nova/filters.py` `BaseFilterHandler`).

use crate::{
    HostState, Options, Request, SchedulerError,
    filters::{
        BaseHostFilter, FilterConstructor, Verdict,
        named_hosts::{ForceHosts, ForceNodes, IgnoreHosts},
    },
    loadables::{Loaded, load},
    report::{FilterCount, FilteredHost, Filtering},
};
use nova_objects::{FilterProperties, Limits};
use nova_paste::EntryPoint;

/// The filters that the operator chose.
pub(crate) struct HostFilterHandler {
    filters: Vec<Loaded<dyn BaseHostFilter>>,
}

/// A filter and its name.
pub(crate) type Asked<'f> = (&'static str, &'f dyn BaseHostFilter);

impl HostFilterHandler {
    pub(crate) fn new(
        installed: &[EntryPoint<FilterConstructor>],
        options: &Options,
    ) -> Result<Self, SchedulerError> {
        let names = options.scheduler_default_filters.iter().map(String::as_str);
        let filters = load(installed, names, options).map_err(SchedulerError::FilterNotFound)?;
        Ok(Self { filters })
    }

    // ANCHOR: get_filtered_hosts
    /// Keeps those of `places` whose host could take instance number `index` of the request, and
    /// tells of the first `shown` of them one by one.
    pub(crate) fn get_filtered_hosts(
        &self,
        places: &mut Vec<usize>,
        hosts: &[HostState],
        request: &Request<'_>,
        index: usize,
        shown: usize,
    ) -> Filtering {
        let filters = self.to_ask(request.filter_properties, index);
        let first = places.iter().take(shown).map(|place| &hosts[*place]);
        let mut filtering = Filtering {
            hosts: places.len(),
            filters: Vec::new(),
            rows: first.map(|host| FilteredHost::asked(&filters, host, request)).collect(),
        };
        for (name, filter) in filters {
            let start = places.len();
            // Where nobody is left, this asks nobody: the filter is listed all the same.
            filter.filter_all(places, hosts, request);
            filtering.filters.push(FilterCount { filter: name, start, end: places.len() });
        }
        filtering
    }
    // ANCHOR_END: get_filtered_hosts

    /// How much the host that was chosen may promise: the filters that passed it say it once more.
    pub(crate) fn limits(&self, host: &HostState, request: &Request<'_>) -> Limits {
        let mut limits = Limits::default();
        for (_, filter) in self.to_ask(request.filter_properties, 0) {
            if let Verdict::PassWithin(more) = filter.host_passes(host, request) {
                limits.memory_mb = more.memory_mb.or(limits.memory_mb);
                limits.disk_gb = more.disk_gb.or(limits.disk_gb);
                limits.vcpu = more.vcpu.or(limits.vcpu);
            }
        }
        limits
    }

    /// The filters to ask. Of hosts that the request insists on, nothing else is asked.
    fn to_ask(&self, filter_properties: &FilterProperties, index: usize) -> Vec<Asked<'_>> {
        let FilterProperties { ignore_hosts, force_hosts, force_nodes, .. } = filter_properties;
        let named: [(Asked<'_>, bool); 3] = [
            (("ignore_hosts", &IgnoreHosts), !ignore_hosts.is_empty()),
            (("force_hosts", &ForceHosts), !force_hosts.is_empty()),
            (("force_nodes", &ForceNodes), !force_nodes.is_empty()),
        ];
        let mut asked: Vec<_> =
            named.into_iter().filter(|(_, named)| *named).map(|(asked, _)| asked).collect();
        if force_hosts.is_empty() && force_nodes.is_empty() {
            let again =
                |class: &dyn BaseHostFilter| index == 0 || !class.run_filter_once_per_request();
            let filters = self.filters.iter().filter(|filter| again(&*filter.class));
            asked.extend(filters.map(|Loaded { name, class }| (*name, &**class)));
        }
        asked
    }
}
