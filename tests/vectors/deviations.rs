//! The differences that are on purpose.

use serde::Deserialize;
use std::{fs, path::Path};

/// `deviations.toml`: which cases we answer otherwise, and why.
#[derive(Deserialize)]
pub(crate) struct Deviations {
    #[serde(default)]
    deviation: Vec<Deviation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviation {
    /// The set.
    set: String,
    /// The ids of the cases; a `*` at the end stands for anything.
    cases: Vec<String>,
    /// Why we differ.
    reason: String,
}

impl Deviations {
    /// Reads the list; one without a reason is no list.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let list: Self = toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        match list.deviation.iter().find(|deviation| deviation.reason.is_empty()) {
            None => Ok(list),
            Some(bare) => Err(format!("a deviation of {} without a reason", bare.set)),
        }
    }

    /// Is this case of this set listed?
    pub(crate) fn list(&self, set: &str, id: &str) -> bool {
        let means = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => id.starts_with(beginning),
            None => id == pattern,
        };
        self.deviation.iter().any(|d| d.set == set && d.cases.iter().any(means))
    }
}
