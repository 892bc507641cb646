//! `workshop.toml`: what a teacher plans, as it is written.

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plans {
    pub(super) schedule: Vec<Plan>,
}

/// One workshop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    /// The name of its file.
    pub(super) name: String,
    pub(super) day: Vec<Day>,
}

/// One day of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    pub(super) begins: String,
    pub(super) ends: String,
    pub(super) plan: Vec<Item>,
}

/// A chapter, an exercise, a pause of some minutes, or something else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) chapter: Option<u32>,
    pub(super) exercise: Option<String>,
    pub(super) pause: Option<u32>,
    pub(super) what: Option<String>,
    pub(super) minutes: Option<u32>,
}
