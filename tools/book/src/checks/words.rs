//! A row that names an item of ours and its file is right: the file has that item.

use std::fs;

use crate::{Page, Problem, Site, Source};

/// Items whose names follow one of these.
const ITEMS: &[&str] = &["struct ", "enum ", "trait ", "type ", "fn ", "const "];

/// Fails on a row of a table whose second cell names an item, and whose third cell a Rust file that
/// does not define it.
pub fn check(source: &Source, _site: &Site) -> Vec<Problem> {
    source.pages.iter().flat_map(|page| check_page(source, page)).collect()
}

fn check_page(source: &Source, page: &Page) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (line, number) in page.text.lines().zip(1..) {
        let Some((item, file)) = item_and_file(line) else { continue };
        let text = fs::read_to_string(source.root.join("..").join(file)).unwrap_or_default();
        if !defines(&text, item) {
            let what = format!("{file} has no {item}");
            problems.push(Problem::new(&page.file, number, what, "name the file that defines it"));
        }
    }
    problems
}

/// The second and the third cell, if they are code and the third is a Rust file.
fn item_and_file(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim).skip(1);
    let (item, file) = (code(cells.next()?)?, code(cells.next()?)?);
    file.ends_with(".rs").then_some((item, file))
}

fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

fn defines(text: &str, item: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let defines = |line: &str, kind: &str| {
        let Some((_, rest)) = line.split_once(&format!("pub {kind}{item}")) else { return false };
        ends(rest)
    };
    text.lines().any(|line| ITEMS.iter().any(|kind| defines(line, kind)))
}
