//! What the filters said of the hosts (in Nova: log lines of `nova/filters.py`).

use crate::{HostState, Request, Verdict, filter_handler::Asked};
use serde::Serialize;
use std::fmt;

/// What the filters said. Its text is the line for people: `3 hosts, 2 left: RamFilter fails 1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filtering {
    /// How many hosts there were.
    pub hosts: usize,
    /// The filters, in the order in which they were asked.
    pub filters: Vec<FilterCount>,
    /// What became of each host, at most 100 of them; of none, if nobody wants to see it.
    pub rows: Vec<FilteredHost>,
}

/// What one filter did to the number of hosts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FilterCount {
    /// The filter.
    pub filter: &'static str,
    /// How many hosts it was asked about.
    pub start: usize,
    /// How many it passed.
    pub end: usize,
}

/// What became of one host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FilteredHost {
    /// The compute service.
    pub host: String,
    /// Its hypervisor.
    pub nodename: String,
    /// So many filters passed it, one after the other.
    pub passed: usize,
    /// Why the next one did not, in words. `None`: there was no next one.
    pub why: Option<String>,
}

impl FilteredHost {
    /// What becomes of `host`, asked filter by filter.
    pub(crate) fn asked(filters: &[Asked<'_>], host: &HostState, request: &Request<'_>) -> Self {
        let fails = |(_, filter): &Asked<'_>| match filter.host_passes(host, request) {
            Verdict::Fail(why) => Some(why.to_string()),
            Verdict::Pass | Verdict::PassWithin(_) => None,
        };
        let failed = (0..).zip(filters).find_map(|(passed, filter)| Some((passed, fails(filter)?)));
        let (passed, why) = failed.unzip();
        let (host, nodename) = (host.host.clone(), host.nodename.clone());
        Self { host, nodename, passed: passed.unwrap_or(filters.len()), why }
    }
}

impl Filtering {
    /// What Nova logs when no host is left.
    pub(crate) fn log_line(&self) -> String {
        let line = |count: &FilterCount| {
            format!("'{}: (start: {}, end: {})'", count.filter, count.start, count.end)
        };
        let asked = self.filters.iter().filter(|count| count.start > 0);
        format!("[{}]", asked.map(line).collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for Filtering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.hosts, if self.hosts == 1 { "host" } else { "hosts" })?;
        if self.hosts > 0 {
            write!(f, ", {} left", self.filters.last().map_or(self.hosts, |last| last.end))?;
        }
        let failing = self.filters.iter().filter(|count| count.end < count.start);
        for (position, count) in failing.enumerate() {
            let separator = if position == 0 { ": " } else { ", " };
            write!(f, "{separator}{} fails {}", count.filter, count.start - count.end)?;
        }
        Ok(())
    }
}
