//! How a decision came about, as data.
//!
//! Nova logs it, a line a filter. Here it is what the scheduler gives back, and what its hops
//! carry: somebody will ask why an instance is where it is, or nowhere.

use nova_objects::Selection;
use serde::Serialize;

pub mod filtering;
pub mod weighing;

pub use filtering::{FilterCount, FilteredHost, Filtering};
pub use weighing::{Score, WeighedHost, Weighing};

/// So many hosts are reported one by one; counts are always of all.
pub(crate) const ROWS: usize = 100;

/// How a request was decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// One decision an instance; the last one, if an instance found no host.
    pub decisions: Vec<Decision>,
}

/// How one instance was given a host, or none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// What the filters said.
    pub filtering: Filtering,
    /// What the weighers said of the hosts that were left. `None`: none was left.
    pub weighing: Option<Weighing>,
    /// The host chosen.
    pub chosen: Option<Selection>,
}

impl Report {
    /// The hosts chosen, one an instance.
    pub fn selections(&self) -> impl Iterator<Item = &Selection> {
        self.decisions.iter().filter_map(|decision| decision.chosen.as_ref())
    }
}
