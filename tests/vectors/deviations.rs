//! The differences that are on purpose.

use serde::Deserialize;
use std::{fs, path::Path};

/// `deviations.toml`: which cases we answer otherwise, and why.
#[derive(Deserialize)]
pub struct Deviations {
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
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("deviations.toml is there");
        let list: Self = toml::from_str(&text).expect("deviations.toml is well formed");
        let reasoned = list.deviation.iter().all(|deviation| !deviation.reason.is_empty());
        assert!(reasoned, "each deviation has a reason");
        list
    }

    /// Is this case of this set listed?
    pub fn lists(&self, set: &str, id: &str) -> bool {
        let means = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => id.starts_with(beginning),
            None => id == pattern,
        };
        self.deviation.iter().any(|d| d.set == set && d.cases.iter().any(means))
    }
}
