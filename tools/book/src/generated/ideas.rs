//! The index from an idea to a file: each section that shows code, and where that code is.

use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use crate::directive::Directive;
use crate::markdown::{Heading, Outline};
use crate::{Page, Source};

const HEAD: &str = "<!-- minutes: 5 -->

# From an idea to a file {#ideas}

Each section that shows code, and the files that it shows. Made by `cargo book generate`.
";

/// The page.
pub(super) fn page(source: &Source) -> String {
    let mut text = HEAD.to_owned();
    for page in source.pages.iter().filter(|page| page.name.starts_with("ch")) {
        let rows = rows(page);
        if let (false, Some(title)) = (rows.is_empty(), Outline::of(&page.text).headings.first()) {
            let id = page.name.trim_end_matches(".md");
            // Writing to a String does not fail.
            let _ = write!(text, "\n## {} {{#{id}}}\n\n| idea | file |\n|---|---|\n", title.text);
            text += &rows.concat();
        }
    }
    text
}

fn rows(page: &Page) -> Vec<String> {
    let outline = Outline::of(&page.text);
    let sections =
        outline.headings.iter().filter_map(|heading| Some((heading, heading.id.as_ref()?)));
    let row = |(heading, id): (&Heading, &String)| {
        let files = files(page, &outline, heading);
        let (name, text) = (&page.name, heading.text.replace('|', "\\|"));
        (!files.is_empty()).then(|| format!("| [{text}]({name}#{id}) | {} |\n", files.join(", ")))
    };
    sections.filter_map(row).collect()
}

/// The Rust files that are shown between this heading and the next, from the top of the repository.
fn files(page: &Page, outline: &Outline, heading: &Heading) -> Vec<String> {
    let next = outline.headings.iter().map(|other| other.line).find(|line| *line > heading.line);
    let section = heading.line..next.unwrap_or(usize::MAX);
    let mut files = Vec::new();
    for directive in Directive::all(&page.text) {
        let (path, _) = directive.target();
        if directive.kind == "include" && section.contains(&directive.line) && path.ends_with(".rs")
        {
            let file = format!("`{}`", from_the_top(path).display());
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
}

/// `../../src/cloud.rs`, as it is written in a page, without the way up.
fn from_the_top(path: &str) -> PathBuf {
    Path::new(path).components().filter(|part| *part != Component::ParentDir).collect()
}
