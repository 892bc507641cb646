//! What a piece of a path, between two slashes, is compared with.

use crate::{Args, path::Part};
use regex_lite::Regex;

/// A segment of a path as it was written.
#[derive(Clone, Debug)]
pub(crate) enum Segment {
    Literal(String),
    /// With variables in it, and maybe `texts` around them.
    Variable {
        texts: Vec<String>,
        regex: Regex,
    },
}

impl Segment {
    /// A segment of these parts, which `regex` fits.
    pub(crate) fn variable(parts: &[Part], regex: Regex) -> Self {
        let text = |part: &Part| match part {
            Part::Literal(text) => Some(text.clone()),
            Part::Variable { .. } => None,
        };
        Self::Variable { texts: parts.iter().filter_map(text).collect(), regex }
    }

    pub(crate) fn may_be_empty(&self) -> bool {
        matches!(self, Self::Variable { regex, .. } if regex.is_match(""))
    }

    /// Are its texts there? That costs next to nothing, and most routes need no other question.
    pub(crate) fn may_fit(&self, piece: &str) -> bool {
        match self {
            Self::Literal(text) => text == piece,
            Self::Variable { texts, .. } => texts.iter().all(|text| piece.contains(text)),
        }
    }

    /// Does it fit a piece that it may fit? Then its variables go into `args`.
    pub(crate) fn take(&self, piece: &str, args: &mut Args) -> bool {
        match self {
            Self::Literal(_) => true,
            Self::Variable { regex, .. } => take(regex, piece, args),
        }
    }
}

/// Does `regex` fit? Then its groups go into `args`.
pub(crate) fn take(regex: &Regex, text: &str, args: &mut Args) -> bool {
    let Some(found) = regex.captures(text) else { return false };
    for name in regex.capture_names().flatten() {
        if let Some(value) = found.name(name) {
            args.insert(name.to_owned(), value.as_str().to_owned());
        }
    }
    true
}
