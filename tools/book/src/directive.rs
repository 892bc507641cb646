//! `{{#include path:anchor}}` found in a page, and what it brings.
//!
//! mdBook reads the same text with a regular expression of its own; what it does not recognise it
//! leaves in the page, and [`checks::leftovers`](crate::checks::leftovers) finds it there.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A `{{#kind argument}}` in a page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The whole of it, braces included.
    pub text: &'a str,
    /// `include`, `title`, ...
    pub kind: &'a str,
    /// What follows the kind: `../etc/nova.conf`, `../src/lib.rs:anchor`.
    pub argument: &'a str,
    /// Line in the page, from 1.
    pub line: usize,
}

/// Why an include brings nothing.
#[derive(Debug)]
pub enum Missing {
    /// The file cannot be read, for the reason given.
    File(io::Error),
    /// No line of the file has `ANCHOR: name`.
    Anchor,
    /// No line after the anchor has `ANCHOR_END: name`: mdBook would take the rest of the file.
    AnchorEnd,
    /// The file, or what is between the anchors, is blank.
    Empty,
}

impl<'a> Directive<'a> {
    /// Every directive of `text`, those escaped with a backslash left out.
    pub fn all(text: &'a str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = text[from..].find("{{").map(|at| from + at) {
            from = at + 2;
            if text[..at].ends_with('\\') {
                from += text[from..].find('\n').unwrap_or(text.len() - from);
            } else if let Some((whole, kind, argument)) = parse(&text[at..]) {
                let line = text[..at].matches('\n').count() + 1;
                found.push(Directive { text: whole, kind, argument, line });
                from = at + whole.len();
            }
        }
        found
    }

    /// `path` and `anchor` of the argument `path:anchor`; no anchor means the whole file.
    pub fn target(&self) -> (&'a str, Option<&'a str>) {
        match self.argument.split_once(':') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (self.argument, None),
        }
    }

    /// The file an include in `page` names: paths start at the page's own directory.
    pub fn file(&self, page: &Path) -> PathBuf {
        page.parent().unwrap_or(Path::new("")).join(self.target().0)
    }

    /// What an include in `page` brings into it.
    pub fn included(&self, page: &Path) -> Result<String, Missing> {
        let whole = fs::read_to_string(self.file(page)).map_err(Missing::File)?;
        let text = match self.target().1 {
            Some(anchor) => between_anchors(&whole, anchor)?,
            None => whole,
        };
        if text.trim().is_empty() { Err(Missing::Empty) } else { Ok(text) }
    }
}

/// The directive that `text` starts with, by the rules of mdBook's own expression: spaces and line
/// ends may stand between the parts, and only the first word after the kind counts.
fn parse(text: &str) -> Option<(&str, &str, &str)> {
    let inner = text.strip_prefix("{{")?.trim_start().strip_prefix('#')?;
    let (kind, rest) =
        inner.split_at(inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?);
    let (argument, tail) = rest.split_at(rest.find('}')?);
    let whole = &text[..text.len() - tail.strip_prefix("}}")?.len()];
    let argument = argument.strip_prefix(char::is_whitespace)?.split_whitespace().next()?;
    (!kind.is_empty()).then_some((whole, kind, argument))
}

fn between_anchors(whole: &str, anchor: &str) -> Result<String, Missing> {
    let mut lines = whole.lines();
    lines.find(|line| names(line, "ANCHOR:", anchor)).ok_or(Missing::Anchor)?;
    let mut taken = Vec::new();
    for line in lines {
        if names(line, "ANCHOR_END:", anchor) {
            return Ok(taken.join("\n"));
        }
        if !line.contains("ANCHOR:") && !line.contains("ANCHOR_END:") {
            taken.push(line);
        }
    }
    Err(Missing::AnchorEnd)
}

fn names(line: &str, mark: &str, anchor: &str) -> bool {
    let Some((_, rest)) = line.split_once(mark) else { return false };
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
    &rest[..end.unwrap_or(rest.len())] == anchor
}
