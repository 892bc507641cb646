//! What a URL map refuses, in the words of Python.

use nova_objects::NovaException;
use nova_paste::PasteError;
use std::borrow::Cow;

/// Why a path was not mounted, or a request not sent on.
///
/// URLMap stands outside every filter, so nothing turns these into faults: to a client each of
/// them is the server's plain 500.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlMapError {
    /// A path that is none (`AssertionError`).
    #[error("URL fragments must start with / or http:// (you gave '{0}')")]
    NotAPath(String),
    /// A path expression that says too much or too little (`ValueError`).
    #[error("{0}")]
    PathExpression(String),
    /// A header starts with options of nothing, such as `;` (`StopIteration`).
    #[error("a header has options, but no content type")]
    NoContentType,
    /// An option `version` without a value (`TypeError`).
    #[error("cannot concatenate 'str' and 'NoneType' objects")]
    VersionWithoutValue,
    /// An option `q` without a value (`TypeError`).
    #[error("float() argument must be a string or a number")]
    QualityWithoutValue,
}

impl UrlMapError {
    fn python_class(&self) -> &'static str {
        match self {
            Self::NotAPath(_) => "AssertionError",
            Self::PathExpression(_) => "ValueError",
            Self::NoContentType => "StopIteration",
            Self::VersionWithoutValue | Self::QualityWithoutValue => "TypeError",
        }
    }
}

impl NovaException for UrlMapError {
    fn class(&self) -> Cow<'_, str> {
        self.python_class().into()
    }

    fn module(&self) -> Cow<'_, str> {
        "exceptions".into()
    }
}

impl From<UrlMapError> for PasteError {
    fn from(error: UrlMapError) -> Self {
        Self::raised(error.python_class(), error.to_string())
    }
}
