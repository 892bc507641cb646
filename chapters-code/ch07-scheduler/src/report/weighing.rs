//! What the weighers said of the hosts that were left (`nova/weights.py` `WeighedObject`).

use super::ROWS;
use crate::HostState;
use serde::Serialize;
use std::fmt;

/// So many hosts are named in the line for people.
const NAMES: usize = 5;

/// What the weighers said. Its text is the line for people: `host-2 1.00, host-3 0.41`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weighing {
    /// How many hosts were weighed.
    pub hosts: usize,
    /// The hosts, best first, at most 100 of them.
    pub rows: Vec<WeighedHost>,
    /// The one that was taken.
    pub chosen: WeighedHost,
}

/// One host and its weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeighedHost {
    /// The compute service.
    pub host: String,
    /// Its hypervisor.
    pub nodename: String,
    /// All scores together.
    pub weight: f64,
    /// What each weigher thought. Empty for a host that had no rival.
    pub scores: Vec<Score>,
}

/// What one weigher thought of a host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The weigher.
    pub weigher: &'static str,
    /// What it measured, in its own unit.
    pub raw: f64,
    /// How that counts: between 0 and the weigher's multiplier.
    pub score: f64,
}

impl WeighedHost {
    /// Not weighed so far.
    pub(crate) fn new(host: &HostState) -> Self {
        let (host, nodename) = (host.host.clone(), host.nodename.clone());
        Self { host, nodename, weight: 0.0, scores: Vec::new() }
    }

    /// Is this the weight of `host`?
    pub(crate) fn is_of(&self, host: &HostState) -> bool {
        self.host == host.host && self.nodename == host.nodename
    }
}

impl Weighing {
    /// `weighed`, best first, of which number `chosen` was taken. `None`: there is none such.
    pub(crate) fn of(weighed: &[WeighedHost], chosen: usize) -> Option<Self> {
        let chosen = weighed.get(chosen)?.clone();
        let rows = weighed.iter().take(ROWS).cloned().collect();
        Some(Self { hosts: weighed.len(), rows, chosen })
    }
}

impl fmt::Display for Weighing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, row) in self.rows.iter().take(NAMES).enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{} {:.2}", row.host, row.weight)?;
        }
        match self.hosts.saturating_sub(NAMES) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
