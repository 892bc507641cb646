//! What a path is compared with (`routes/route.py` `Route.buildfullreg`).

use crate::{
    MapperError, Route,
    path::{Kind, Part, Requirements},
    segment::{Segment, take},
};
use regex_lite::Regex;
use std::{
    collections::{BTreeMap, HashMap},
    mem,
};

/// Variables and what they stand for.
pub type Args = BTreeMap<String, String>;

/// A path made ready for comparing: segment by segment, each a text or a regular expression.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Segments(Vec<Segment>),
    /// A variable may hold slashes or nothing: the index cannot tell how many segments there are.
    Whole(Regex),
}

/// A path without its variables: the texts that have to be there, and the gaps.
pub(crate) type Shape = Vec<Option<String>>;

/// The regular expressions compiled so far: a table has many routes and few expressions.
#[derive(Default)]
pub(crate) struct Regexes(HashMap<String, Regex>);

impl Regexes {
    fn compile(&mut self, text: String) -> Result<Regex, regex_lite::Error> {
        if let Some(regex) = self.0.get(&text) {
            return Ok(regex.clone());
        }
        let regex = Regex::new(&text)?;
        self.0.insert(text, regex.clone());
        Ok(regex)
    }
}

impl Pattern {
    pub(crate) fn compile(route: &Route, regexes: &mut Regexes) -> Result<Self, MapperError> {
        let Route { path, parts, requirements, .. } = route;
        let mut compile = |parts: &[Part]| {
            let regex = regexes.compile(format!("^{}$", regex_text(parts, requirements)));
            regex.map_err(|source| MapperError::Requirement { path: path.clone(), source })
        };
        if !path.starts_with('/') || parts.iter().any(|part| may_hold_slashes(part, requirements)) {
            return Ok(Self::Whole(compile(parts)?));
        }
        let segment = |parts: Vec<Part>| match parts.as_slice() {
            [] => Ok(Segment::Literal(String::new())),
            [Part::Literal(text)] => Ok(Segment::Literal(text.clone())),
            parts => Ok(Segment::variable(parts, compile(parts)?)),
        };
        // The first segment is the nothing before the first slash.
        let segments = split(parts).into_iter().skip(1).map(segment);
        let segments = segments.collect::<Result<Vec<_>, _>>()?;
        if segments.iter().any(Segment::may_be_empty) {
            return Ok(Self::Whole(compile(parts)?));
        }
        Ok(Self::Segments(segments))
    }

    /// What the variables stand for in `path`; `None` if it is another path.
    pub(crate) fn args(&self, path: &str) -> Option<Args> {
        let mut args = Args::new();
        let fits = match self {
            Self::Whole(regex) => take(regex, path, &mut args),
            Self::Segments(segments) => {
                let pieces = || path.split('/').skip(1);
                let pairs = || segments.iter().zip(pieces());
                segments.len() == pieces().count()
                    && pairs().all(|(segment, piece)| segment.may_fit(piece))
                    && pairs().all(|(segment, piece)| segment.take(piece, &mut args))
            }
        };
        fits.then_some(args)
    }

    /// The shape of all paths that fit; `None` if they have none in common.
    pub(crate) fn shape(&self) -> Option<Shape> {
        let Self::Segments(segments) = self else { return None };
        let gap = |segment: &Segment| match segment {
            Segment::Literal(text) => Some(text.clone()),
            Segment::Variable { .. } => None,
        };
        Some(segments.iter().map(gap).collect())
    }

    /// Does it fit some path for which the index comes back with this shape?
    ///
    /// Where segments differ, the index prefers the text, and the first difference decides. So
    /// if a text is here and a gap is there, it would have come back with our own shape instead.
    pub(crate) fn may_fit(&self, shape: &Shape) -> bool {
        let Self::Segments(segments) = self else { return true };
        let mut preferred = false;
        let fits = |(segment, there): (&Segment, &Option<String>)| match (segment, there) {
            (Segment::Literal(text), Some(there)) => text == there,
            (Segment::Literal(_), None) => preferred,
            (Segment::Variable { regex, .. }, Some(there)) => {
                preferred = true;
                regex.is_match(there)
            }
            (Segment::Variable { .. }, None) => true,
        };
        segments.len() == shape.len() && segments.iter().zip(shape).all(fits)
    }
}

fn may_hold_slashes(part: &Part, requirements: &Requirements) -> bool {
    match part {
        Part::Literal(_) => false,
        Part::Variable { kind: Kind::Rest, .. } => true,
        Part::Variable { name, .. } => requirements.get(name).is_some_and(|r| may_fit_slash(r)),
    }
}

/// May this regular expression fit a slash? Read off its text, and in doubt it may: then paths
/// are compared as a whole, which takes longer and finds the same.
fn may_fit_slash(requirement: &str) -> bool {
    let text = requirement.replace("[^/", "[").replace(r"[^\/", "[");
    let is_range = |three: &[u8]| three[1] == b'-' && (three[0]..=three[2]).contains(&b'/');
    [".", "/", "[^", r"\D", r"\S", r"\W"].iter().any(|mark| text.contains(mark))
        || text.as_bytes().windows(3).any(is_range)
}

/// The parts of each segment.
fn split(parts: &[Part]) -> Vec<Vec<Part>> {
    let (mut segments, mut segment) = (Vec::new(), Vec::new());
    for part in parts {
        let Part::Literal(text) = part else {
            segment.push(part.clone());
            continue;
        };
        for (n, text) in text.split('/').enumerate() {
            if n > 0 {
                segments.push(mem::take(&mut segment));
            }
            if !text.is_empty() {
                segment.push(Part::Literal(text.to_owned()));
            }
        }
    }
    segments.push(segment);
    segments
}

fn regex_text(parts: &[Part], requirements: &Requirements) -> String {
    let text = |part: &Part| match part {
        Part::Literal(text) => regex_lite::escape(text),
        Part::Variable { kind, name } => {
            let required = requirements.get(name).map(|requirement| python_regex(requirement));
            match kind {
                Kind::Piece => format!("(?P<{name}>{})", required.unwrap_or("[^/]+?".into())),
                Kind::Suffix => {
                    format!(r"(?:\.(?P<{name}>{}))??", required.unwrap_or("[^/.]+?".into()))
                }
                Kind::Rest => format!("(?P<{name}>{})", required.unwrap_or(".+?".into())),
            }
        }
    };
    parts.iter().map(text).collect()
}

/// Python takes an opening brace that nothing closes for the character itself.
fn python_regex(requirement: &str) -> String {
    let closed = requirement.contains('}');
    if closed { requirement.to_owned() } else { requirement.replace('{', r"\{") }
}
