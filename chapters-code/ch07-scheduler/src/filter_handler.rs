//! Asking the filters (`nova/filters.py` `BaseFilterHandler`).

use crate::{
    HostState, Options, Request, SchedulerError,
    candidate::Candidate,
    filters::{
        BaseHostFilter, FilterConstructor, Verdict,
        named_hosts::{ForceHosts, ForceNodes, IgnoreHosts},
    },
    loadables::{Loaded, load},
    report::Filtering,
};
use nova_objects::FilterProperties;
use nova_paste::EntryPoint;

/// The filters that the operator chose.
pub(crate) struct HostFilterHandler {
    filters: Vec<Loaded<dyn BaseHostFilter>>,
}

/// A filter and its name.
type Asked<'f> = (&'static str, &'f dyn BaseHostFilter);

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
    /// Keeps the candidates that could take instance number `index` of the request.
    pub(crate) fn get_filtered_hosts(
        &self,
        candidates: &mut Vec<Candidate>,
        host_states: &[HostState],
        request: &Request<'_>,
        index: usize,
    ) -> Filtering {
        let filters = self.to_ask(request.filter_properties, index);
        let mut filtering = Filtering::by(filters.iter().map(|(name, _)| *name));
        candidates.retain_mut(|candidate| {
            let host = &host_states[candidate.place];
            for (passed, (_, filter)) in filters.iter().enumerate() {
                match filter.host_passes(host, request) {
                    Verdict::Pass(limits) => candidate.limit(limits),
                    Verdict::Fail(why) => {
                        filtering.add(host, passed, Some(why));
                        return false;
                    }
                }
            }
            filtering.add(host, filters.len(), None);
            true
        });
        filtering
    }
    // ANCHOR_END: get_filtered_hosts

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
