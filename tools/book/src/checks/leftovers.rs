//! No finished page still has a `{{#` in it.

use std::collections::BTreeSet;

use crate::directive::Directive;
use crate::{Page, Problem, Site, Source};

/// Fails on every directive that mdBook left in a page, except the includes that
/// [`includes`](super::includes) reports already.
pub fn check(source: &Source, site: &Site) -> Vec<Problem> {
    source.pages.iter().flat_map(|page| check_page(page, site)).collect()
}

fn check_page(page: &Page, site: &Site) -> Vec<Problem> {
    let Some(html) = site.get(&page.html_name()) else { return Vec::new() };
    let html = String::from_utf8_lossy(html);
    let directives = Directive::all(&page.text);
    let reported = |left: &str| {
        directives.iter().any(|known| known.kind == "include" && known.text.starts_with(left))
    };
    let mut problems = Vec::new();
    for left in leftovers(&html).into_iter().filter(|left| !reported(left)) {
        let mut lines = page.lines_with(left);
        if lines.is_empty() {
            // It came with an included file: the page has no line of its own for it.
            lines.push(1);
        }
        let what = format!("mdBook left \"{left}\" in the page");
        let right = "write {{#include path}} or {{#include path:anchor}} on one line";
        problems.extend(lines.iter().map(|line| Problem::new(&page.file, *line, &what, right)));
    }
    problems
}

/// Each leftover, up to the first character that HTML would have escaped.
fn leftovers(html: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for (at, _) in html.match_indices("{{#") {
        let rest = &html[at..];
        let end = rest.find(['}', '&', '<', '\n']).unwrap_or(rest.len());
        found.insert(&rest[..end]);
    }
    found
}
