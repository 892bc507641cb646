//! The language in which paths are written (`routes/route.py` `Route._pathkeys`).
//!
//! | written | means |
//! |---|---|
//! | `/servers` | itself |
//! | `{id}`, `:id`, `:(id)` | a piece of the path, up to the next slash |
//! | `{id:[0-9]+}` | the same, if it looks like that |
//! | `{.format}` | a dot and a piece, or nothing |
//! | `*rest`, `*(rest)` | everything that is left |

use std::collections::BTreeMap;

/// What variables have to look like: a regular expression by name.
pub type Requirements = BTreeMap<String, String>;

/// One piece of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(String),
    Variable { kind: Kind, name: String },
}

/// How much a variable takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A piece between slashes.
    Piece,
    /// A dot and what follows it, if it is there.
    Suffix,
    /// All that is left, slashes and all.
    Rest,
}

/// Reads `path`. What it requires of its variables is added to `requirements`.
pub(crate) fn parse(path: &str, requirements: &mut Requirements) -> Vec<Part> {
    read(path, &['{', ':', '*'], requirements)
}

/// Reads where a redirect leads. URLs have colons of their own: only braces make a variable.
pub(crate) fn parse_destination(destination: &str) -> Vec<Part> {
    read(destination, &['{'], &mut Requirements::new())
}

/// Reads `path`, whose variables begin with one of `marks`.
fn read(path: &str, marks: &[char], requirements: &mut Requirements) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (literal, found) = rest.split_at(rest.find(marks).unwrap_or(rest.len()));
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.to_owned()));
        }
        rest = match found.chars().next() {
            None => found,
            Some('{') => braces(&found[1..], &mut parts, requirements),
            Some(':') => plain(&found[1..], Kind::Piece, &mut parts),
            Some(_) => plain(&found[1..], Kind::Rest, &mut parts),
        };
    }
    parts
}

/// `name}`, `name:regex}` or `.name}`. The first closing brace ends it, as in Routes, even one
/// that was meant for the regular expression.
fn braces<'p>(text: &'p str, parts: &mut Vec<Part>, requirements: &mut Requirements) -> &'p str {
    let (inside, rest) = text.split_once('}').unwrap_or((text, ""));
    let (name, requirement) = match inside.split_once(':') {
        Some((name, requirement)) => (name, Some(requirement)),
        None => (inside, None),
    };
    let (kind, name) = match name.strip_prefix('.') {
        Some(name) => (Kind::Suffix, name),
        None => (Kind::Piece, name),
    };
    if let Some(requirement) = requirement {
        requirements.insert(name.to_owned(), requirement.to_owned());
    }
    parts.push(Part::Variable { kind, name: name.to_owned() });
    rest
}

/// `(name)`, or a name that the next separator ends.
fn plain<'p>(text: &'p str, kind: Kind, parts: &mut Vec<Part>) -> &'p str {
    let (name, rest) = match text.strip_prefix('(') {
        Some(text) => text.split_once(')').unwrap_or((text, "")),
        None => text.split_at(text.find(['/', ',', ';', '.', '#', '-']).unwrap_or(text.len())),
    };
    parts.push(Part::Variable { kind, name: name.to_owned() });
    rest
}

#[cfg(test)]
mod tests {
    use super::{Kind, Part, Requirements, parse, parse_destination};

    #[test]
    fn every_way_to_write_a_variable_is_read() {
        for (path, kind, requirement) in [
            ("/{id}", Kind::Piece, None),
            ("/:id", Kind::Piece, None),
            ("/:(id)", Kind::Piece, None),
            ("/{id:[0-9]+}", Kind::Piece, Some("[0-9]+")),
            ("/{.id}", Kind::Suffix, None),
            ("/*id", Kind::Rest, None),
            ("/*(id)", Kind::Rest, None),
        ] {
            let mut requirements = Requirements::new();
            let variable = Part::Variable { kind, name: "id".into() };
            let parts = parse(path, &mut requirements);
            assert_eq!(parts, [Part::Literal("/".into()), variable], "{path}");
            assert_eq!(requirements.get("id").map(String::as_str), requirement, "{path}");
        }
    }

    #[test]
    fn a_destination_has_its_variables_in_braces() {
        let id = Part::Variable { kind: Kind::Piece, name: "id".into() };
        let parts = [Part::Literal("http://glance:9292/*/".into()), id];
        assert_eq!(parse_destination("http://glance:9292/*/{id}"), parts);
    }

    #[test]
    fn what_is_never_closed_ends_with_the_path() {
        for path in ["/{id", "/:(id", "/:id", "/*(id"] {
            assert_eq!(parse(path, &mut Requirements::new()).len(), 2, "{path}");
        }
    }
}
