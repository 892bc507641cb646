//! From when to when (`_get_datetime_range`, `_parse_datetime`).

use crate::compute::options::values;
use nova_objects::DateTime;
use nova_router::ApiError;
use regex::Regex;
use std::sync::LazyLock;

/// The time that usage is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// When it begins.
    pub(super) start: DateTime,
    /// When it ends: now at the latest.
    pub(super) stop: DateTime,
    /// Is each server wanted, or only their sums?
    pub(super) detailed: bool,
}

impl Period {
    /// What a query string asks for with `start`, `end` and `detailed`; a moment that is missing
    /// is now.
    ///
    /// # Errors
    ///
    /// A moment cannot be read, or they are the wrong way round: status 400.
    pub(super) fn of(query: &[(String, String)]) -> Result<Self, ApiError> {
        let now = DateTime::now();
        let moment = |name| {
            let text = values(query, name).find(|text| !text.is_empty());
            text.map(parse_datetime).transpose()
        };
        let (start, end) = (moment("start")?, moment("end")?);
        // Nova looks at the clock once for each, so that two that are missing are in order.
        let in_order = start.is_none() && end.is_none();
        let (start, end) = (start.unwrap_or(now), end.unwrap_or(now));
        if start >= end && !in_order {
            let reason = "The start time cannot occur after the end time.";
            return Err(ApiError::http(400, format!("Invalid start time. {reason}")));
        }
        let detailed = values(query, "detailed").next() == Some("1");
        Ok(Self { start, stop: end.min(now), detailed })
    }
}

/// The three ways to write a moment: a `T` and perhaps parts of a second, or a blank and parts.
static MOMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}(\.[0-9]{1,6})?| [0-9:]{8}\.[0-9]{1,6})$")
        .ok()
});

fn parse_datetime(text: &str) -> Result<DateTime, ApiError> {
    let well_formed = MOMENT.as_ref().is_some_and(|moment| moment.is_match(text));
    let moment = DateTime::parse(text).ok().filter(|_| well_formed);
    moment.ok_or_else(|| {
        let reason = "Datetime is in invalid format";
        ApiError::http(400, format!("Invalid datetime string: {reason}"))
    })
}
