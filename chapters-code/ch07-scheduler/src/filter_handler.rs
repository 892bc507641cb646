//! Asking the filters (`nova/filters.py` `BaseFilterHandler`).

use crate::{
    Options, SchedulerError,
    candidate::Candidate,
    filters::{
        BaseHostFilter, FilterConstructor, Verdict,
        named_hosts::{ForceHosts, IgnoreHosts},
    },
    loadables::{Loaded, load},
    report::Filtering,
};
use nova_objects::{FilterProperties, RequestSpec};
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

    /// Keeps the candidates that could take instance number `index` of the request.
    pub(crate) fn get_filtered_hosts(
        &self,
        candidates: &mut Vec<Candidate<'_>>,
        spec: &RequestSpec,
        filter_properties: &FilterProperties,
        index: usize,
    ) -> Filtering {
        let filters = self.to_ask(filter_properties, index);
        let mut filtering = Filtering::by(filters.iter().map(|(name, _)| *name));
        candidates.retain_mut(|candidate| {
            for (passed, (_, filter)) in filters.iter().enumerate() {
                match filter.host_passes(candidate.host, spec, filter_properties) {
                    Verdict::Pass(limits) => candidate.limit(limits),
                    Verdict::Fail(why) => {
                        filtering.add(candidate.host, passed, Some(why));
                        return false;
                    }
                }
            }
            filtering.add(candidate.host, filters.len(), None);
            true
        });
        filtering
    }

    /// The filters to ask. Of hosts that the request insists on, nothing else is asked.
    fn to_ask(&self, filter_properties: &FilterProperties, index: usize) -> Vec<Asked<'_>> {
        let mut asked: Vec<Asked<'_>> = Vec::new();
        if !filter_properties.ignore_hosts.is_empty() {
            asked.push(("ignore_hosts", &IgnoreHosts));
        }
        if !filter_properties.force_hosts.is_empty() {
            asked.push(("force_hosts", &ForceHosts));
            return asked;
        }
        for Loaded { name, class } in &self.filters {
            if index == 0 || !class.run_filter_once_per_request() {
                asked.push((name, &**class));
            }
        }
        asked
    }
}
