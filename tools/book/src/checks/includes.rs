//! Every include brings something.

use crate::directive::{Directive, Missing};
use crate::{Page, Problem, Site, Source};

/// Fails on a missing file, a missing anchor or end of anchor, an empty include, line numbers in
/// place of an anchor, and on mdBook directives that this book does not use.
pub fn check(source: &Source, _site: &Site) -> Vec<Problem> {
    source.pages.iter().flat_map(check_page).collect()
}

fn check_page(page: &Page) -> Vec<Problem> {
    let directives = Directive::all(&page.text);
    directives.iter().filter_map(|directive| check_directive(page, directive)).collect()
}

fn check_directive(page: &Page, directive: &Directive<'_>) -> Option<Problem> {
    let (what, right) = match directive.kind {
        "include" => wrong_include(page, directive)?,
        "rustdoc_include" | "playground" | "playpen" => (
            format!("{} is not used in this book", directive.text),
            "write {{#include path}} or {{#include path:anchor}}".to_owned(),
        ),
        // `title` is harmless, and what mdBook does not know stays in the page: leftovers.
        _ => return None,
    };
    Some(Problem::new(&page.file, directive.line, what, right))
}

fn wrong_include(page: &Page, directive: &Directive<'_>) -> Option<(String, String)> {
    let (path, anchor) = directive.target();
    if anchor.is_some_and(|anchor| anchor.starts_with(|c: char| c.is_ascii_digit() || c == ':')) {
        let what = format!("{} counts lines, and they move", directive.text);
        return Some((what, format!("mark the lines in {path} with an anchor and name it")));
    }
    let name = anchor.unwrap_or_default();
    Some(match directive.included(&page.file).err()? {
        Missing::File(reason) => (
            format!("{} cannot be read: {reason}", directive.file(&page.file).display()),
            "name a file relative to this page".to_owned(),
        ),
        Missing::Anchor => (
            format!("{path} has no anchor \"{name}\""),
            format!("write ANCHOR: {name} and ANCHOR_END: {name} around the lines there"),
        ),
        Missing::AnchorEnd => (
            format!("the anchor \"{name}\" in {path} has no end"),
            format!("write ANCHOR_END: {name} after the lines there"),
        ),
        Missing::Empty => {
            (format!("{} is empty", directive.text), "include lines that say something".to_owned())
        }
    })
}
