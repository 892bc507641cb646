//! The rules of the book, one a file, all of the same shape: a function from the book, as written
//! and as built, to what breaks the rule.

pub mod fences;
pub mod generated;
pub mod headings;
pub mod includes;
pub mod leftovers;
pub mod links;
pub mod summary;
pub mod words;

use crate::{Problem, Site, Source};

/// One rule: what in the book breaks it, in any order.
pub type Check = fn(&Source, &Site) -> Vec<Problem>;

/// Every rule.
pub const ALL: &[Check] = &[
    summary::check,
    headings::check,
    includes::check,
    fences::check,
    leftovers::check,
    links::check,
    generated::check,
    words::check,
];

/// Everything that breaks any rule, in order of file and line.
pub fn check(source: &Source, site: &Site) -> Vec<Problem> {
    let mut problems: Vec<_> = ALL.iter().flat_map(|check| check(source, site)).collect();
    problems.sort();
    problems.dedup();
    problems
}
