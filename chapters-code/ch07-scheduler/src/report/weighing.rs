//! What the weighers said of the hosts that were left (`nova/weights.py` `WeighedObject`).

use crate::{
    HostState,
    weight_handler::{Column, Weights},
};
use serde::Serialize;
use std::fmt;

/// So many hosts are named in the line for people.
const NAMES: usize = 5;

/// What the weighers said. Its text is the line for people: `host-2 1.00, host-3 0.41`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weighing {
    /// How many hosts were weighed.
    pub hosts: usize,
    /// The hosts, best first, at most 100 of them; none, if nobody wants to see it.
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

impl Weighing {
    /// What `weights` say of `hosts`: of the `best`, best first, and of the `chosen` one. Both are
    /// places in the list of hosts.
    pub(crate) fn of(
        hosts: &[&HostState],
        weights: &Weights,
        best: &[usize],
        chosen: usize,
    ) -> Self {
        let row = |place: usize| {
            let HostState { host, nodename, .. } = hosts[place];
            let score = |column: &Column| Score {
                weigher: column.weigher,
                raw: column.raw[place],
                score: column.score(column.raw[place]),
            };
            WeighedHost {
                host: host.clone(),
                nodename: nodename.clone(),
                weight: weights.total[place],
                scores: weights.columns.iter().map(score).collect(),
            }
        };
        let rows = best.iter().map(|place| row(*place)).collect();
        Self { hosts: hosts.len(), rows, chosen: row(chosen) }
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
