//! Every heading has an id of its own, written out: translations keep it, so links survive them.

use std::collections::BTreeSet;

use crate::markdown::{Heading, Outline};
use crate::{Page, Problem, Site, Source};

/// Fails on a heading without `{#id}`, and on an id that a page uses twice.
pub fn check(source: &Source, _site: &Site) -> Vec<Problem> {
    source.pages.iter().flat_map(check_page).collect()
}

fn check_page(page: &Page) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for Heading { text, id, line } in Outline::of(&page.text).headings {
        match id {
            None => {
                let what = format!("the heading \"{text}\" has no id");
                let right = format!("write {{#{}}} after it", suggestion(&text));
                problems.push(Problem::new(&page.file, line, what, right));
            }
            Some(id) if !seen.insert(id.clone()) => {
                let what = format!("the id \"{id}\" is used twice on this page");
                problems.push(Problem::new(&page.file, line, what, "give each heading its own"));
            }
            Some(_) => {}
        }
    }
    problems
}

fn suggestion(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
