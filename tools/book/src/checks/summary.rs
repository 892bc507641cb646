//! `SUMMARY.md` names every page, and every page it names exists.

use crate::markdown::{Link, Outline};
use crate::{Problem, Site, Source};

/// Fails on a listed chapter without a file, on a page that is not listed, and on a `book.toml`
/// that lets plain mdBook create missing chapters.
pub fn check(source: &Source, _site: &Site) -> Vec<Problem> {
    let mut problems = Vec::new();
    for chapter in missing(source) {
        let what = format!("the chapter {} does not exist", chapter.target);
        let right = "write it below the book's src, or take the line out";
        problems.push(Problem::new(&source.summary.file, chapter.line, what, right));
    }
    let listed = Outline::of(&source.summary.text).links;
    for page in &source.pages {
        if !listed.iter().any(|link| plain(&link.target) == page.name) {
            let right = format!("add [Title]({}) to SUMMARY.md", page.name);
            problems.push(Problem::new(&page.file, 1, "the page is not in SUMMARY.md", right));
        }
    }
    if source.config.build.create_missing {
        let what = "plain mdBook would create missing chapters";
        let right = "write create-missing = false under [build]";
        problems.push(Problem::new(&source.root.join("book.toml"), 1, what, right));
    }
    problems
}

/// `SUMMARY.md` with a draft, `[Title]()`, in place of each chapter that has no file.
pub(crate) fn with_drafts(source: &Source) -> String {
    let mut lines: Vec<_> = source.summary.text.lines().map(str::to_owned).collect();
    for chapter in missing(source) {
        if let Some(line) = lines.get_mut(chapter.line - 1) {
            *line = line.replace(&format!("({})", chapter.target), "()");
        }
    }
    lines.join("\n") + "\n"
}

fn missing(source: &Source) -> Vec<Link> {
    let mut links = Outline::of(&source.summary.text).links;
    links.retain(|link| {
        !link.target.is_empty() && !source.pages.iter().any(|page| page.name == plain(&link.target))
    });
    links
}

fn plain(target: &str) -> &str {
    target.strip_prefix("./").unwrap_or(target)
}
