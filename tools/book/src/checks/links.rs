//! Every link inside the book leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::html::Anatomy;
use crate::markdown::Outline;
use crate::{Page, Problem, Site, Source};

/// Fails on a link (or picture) to a file that the finished book does not have, on a `#id` that
/// its page does not have, and on a link that starts with `/`. Links with a scheme are not looked
/// at: a test must not depend on other people's servers.
pub fn check(source: &Source, site: &Site) -> Vec<Problem> {
    let anatomies: Anatomies = source
        .pages
        .iter()
        .filter_map(|page| {
            let name = page.html_name();
            let html = String::from_utf8_lossy(site.get(&name)?);
            Some((name, Anatomy::of(&html)))
        })
        .collect();
    source.pages.iter().flat_map(|page| check_page(page, site, &anatomies)).collect()
}

type Anatomies = BTreeMap<String, Anatomy>;

fn check_page(page: &Page, site: &Site, anatomies: &Anatomies) -> Vec<Problem> {
    let name = page.html_name();
    let Some(anatomy) = anatomies.get(&name) else { return Vec::new() };
    let links: BTreeSet<_> = anatomy.links.iter().collect();
    let mut problems = Vec::new();
    for link in links {
        if let Some((what, right)) = broken(&name, link, site, anatomies) {
            let lines = lines_of(page, link);
            problems.extend(lines.iter().map(|line| Problem::new(&page.file, *line, &what, right)));
        }
    }
    problems
}

fn broken(
    from: &str,
    link: &str,
    site: &Site,
    anatomies: &Anatomies,
) -> Option<(String, &'static str)> {
    if has_scheme(link) {
        return None;
    }
    let (path, id) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or_default();
    if path.starts_with('/') {
        let right = "write it relative to this page: a book may be served below any path";
        return Some((format!("the link {link} starts with /"), right));
    }
    let Some(file) = resolve(from, path).filter(|file| site.get(file).is_some()) else {
        let right = "name a file below the book's src; pages must be in SUMMARY.md";
        return Some((format!("the link {link} leads to no file of the book"), right));
    };
    let known = |anatomy: &Anatomy| id.is_empty() || anatomy.ids.iter().any(|known| known == id);
    if anatomies.get(&file).is_none_or(known) {
        return None;
    }
    Some((format!("{file} has no id \"{id}\""), "name the {#id} of a heading there"))
}

fn has_scheme(link: &str) -> bool {
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    let letters = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    link.starts_with("//") || (!scheme.is_empty() && scheme.chars().all(letters))
}

/// The file that `path` means on the page `from`; `None` if it leaves the book.
fn resolve(from: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Where the page has that link: as Markdown (mdBook made `.html` of its `.md`), as HTML, or, if
/// it came with an included file, its first line.
fn lines_of(page: &Page, link: &str) -> Vec<usize> {
    let links = Outline::of(&page.text).links;
    let same = |target: &str| target == link || target.replacen(".md", ".html", 1) == link;
    let mut lines: Vec<_> =
        links.iter().filter(|link| same(&link.target)).map(|link| link.line).collect();
    if lines.is_empty() {
        lines = page.lines_with(link);
    }
    if lines.is_empty() { vec![1] } else { lines }
}
