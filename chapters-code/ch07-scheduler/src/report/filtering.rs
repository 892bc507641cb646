//! What the filters said of the hosts (in Nova: log lines of `nova/filters.py`).

use super::ROWS;
use crate::{HostState, filters::Why};
use serde::Serialize;
use std::fmt;

/// What the filters said. Its text is the line for people: `3 hosts, 2 left: RamFilter fails 1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filtering {
    /// How many hosts there were.
    pub hosts: usize,
    /// The filters, in the order in which they were asked.
    pub filters: Vec<FilterCount>,
    /// What became of each host, at most 100 of them.
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

impl Filtering {
    /// No host so far; `filters` will be asked about each.
    pub(crate) fn by(filters: impl Iterator<Item = &'static str>) -> Self {
        let filters = filters.map(|filter| FilterCount { filter, start: 0, end: 0 });
        Self { hosts: 0, filters: filters.collect(), rows: Vec::new() }
    }

    /// Adds what became of `host`: so many filters passed it, and why the next one did not.
    pub(crate) fn add(&mut self, host: &HostState, passed: usize, why: Option<Why>) {
        self.hosts += 1;
        for (step, count) in self.filters.iter_mut().enumerate() {
            count.start += usize::from(step <= passed);
            count.end += usize::from(step < passed);
        }
        if self.rows.len() < ROWS {
            let (host, nodename) = (host.host.clone(), host.nodename.clone());
            let why = why.map(|why| why.to_string());
            self.rows.push(FilteredHost { host, nodename, passed, why });
        }
    }

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
