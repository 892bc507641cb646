//! What is shown when a configuration is wrong: what, where, and what would be right.

use crate::{Place, Problem};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use nova_objects::Unplugged;
use std::fmt;

/// Why nothing was loaded.
///
/// Its text shows the line and underlines what is meant:
///
/// ```text
/// no app section named app_v2
///  --> config.ini:7:16
///   |
/// 7 | r1 = filter_v1 app_v2
///   |                ^^^^^^
///   |
///   = help: did you mean app_v1?
/// ```
#[derive(Debug, thiserror::Error)]
pub struct PasteError(Box<Details>);

#[derive(Debug)]
struct Details {
    problem: Problem,
    place: Option<Place>,
    help: Option<String>,
}

impl PasteError {
    /// A factory does not like a value (Python's `ValueError`).
    pub fn value_error(message: impl Into<String>) -> Self {
        Self::raised("ValueError", message)
    }

    /// A factory misses `key` in its section (Python's `KeyError`).
    pub fn key_error(key: impl fmt::Display) -> Self {
        Self::raised("KeyError", format!("`{key}` is missing"))
    }

    /// A factory raises what Python knows as `class`.
    pub fn raised(class: &'static str, message: impl Into<String>) -> Self {
        Problem::Raised { class, message: message.into() }.into()
    }

    /// What is wrong.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// Where it is, if it is in a file.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// What would be right, if we can guess.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The same error, at `place`, unless it has a place already.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.0.place = self.0.place.or(place.into());
        self
    }

    /// The same error, with advice, unless it has some already.
    #[must_use]
    pub fn advise(mut self, help: impl Into<Option<String>>) -> Self {
        self.0.help = self.0.help.or(help.into());
        self
    }
}

impl From<Problem> for PasteError {
    fn from(problem: Problem) -> Self {
        Self(Box::new(Details { problem, place: None, help: None }))
    }
}

impl From<Unplugged> for PasteError {
    fn from(unplugged: Unplugged) -> Self {
        Problem::from(unplugged).into()
    }
}

impl fmt::Display for PasteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { problem, place, help } = &*self.0;
        let title = Level::ERROR.no_name().primary_title(problem.to_string());
        let snippet = place.as_ref().map(|place| {
            Snippet::source(place.text())
                .line_start(place.line_number())
                .path(place.name())
                .annotation(AnnotationKind::Primary.span(place.bytes()))
        });
        let mut report = match snippet {
            Some(snippet) => title.element(snippet),
            None => annotate_snippets::Group::with_title(title),
        };
        if let Some(help) = help {
            report = report.element(Level::HELP.message(help.as_str()));
        }
        f.write_str(&Renderer::plain().render(&[report]))
    }
}
