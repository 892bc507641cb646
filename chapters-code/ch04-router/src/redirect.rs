//! Sending clients elsewhere (`routes.Mapper.redirect`, `Route.generate`).

use crate::{
    Args,
    path::{Kind, Part, parse_destination},
};
use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Where clients are sent, and with which status.
///
/// The destination is a path behind the same `SCRIPT_NAME`, or a whole URL. It may hold the
/// variables of the route, as `/archives/{year}` does; those it does not hold follow in a query
/// string. The query string of the request is lost.
#[derive(Clone, Debug)]
pub struct Redirect {
    destination: String,
    parts: Vec<Part>,
    status: StatusCode,
}

impl Redirect {
    /// To `destination`, for this time: with a 302.
    pub fn to(destination: impl Into<String>) -> Self {
        let destination = destination.into();
        let parts = parse_destination(&destination);
        Self { destination, parts, status: StatusCode::FOUND }
    }

    /// With another status (`_redirect_code`).
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The destination, as it was written.
    pub fn destination(&self) -> &str {
        &self.destination
    }

    pub(crate) fn code(&self) -> StatusCode {
        self.status
    }

    /// The names of the variables that the destination holds.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { name, .. } => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// The URL for variables that stand for `args`, below `application_url`.
    pub(crate) fn location(&self, application_url: &str, args: &Args) -> String {
        let mut url = String::new();
        if !self.destination.contains("://") {
            url.push_str(application_url);
            url.push_str(if self.destination.starts_with('/') { "" } else { "/" });
        }
        for part in &self.parts {
            match part {
                Part::Literal(text) => url.push_str(text),
                Part::Variable { kind, name } => {
                    let Some(value) = args.get(name) else { continue };
                    url.push_str(if *kind == Kind::Suffix { "." } else { "" });
                    url.extend(utf8_percent_encode(value, PATH));
                }
            }
        }
        let is_held = |name: &str| self.variables().any(|held| held == name);
        let left = args.iter().filter(|(name, _)| *name != "action" && !is_held(name));
        for (n, (name, value)) in left.enumerate() {
            url.push(if n == 0 { '?' } else { '&' });
            url += &format!("{}={}", form(name), form(value));
        }
        url
    }
}

impl From<&str> for Redirect {
    fn from(destination: &str) -> Self {
        Self::to(destination)
    }
}

/// What cannot stand for itself in a query string.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What cannot stand for itself in a path.
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// A name or a value, as forms are encoded.
fn form(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string().replace("%20", "+")
}
