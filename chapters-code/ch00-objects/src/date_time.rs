//! Time as Nova writes it (`oslo_utils.timeutils`): UTC, to the microsecond.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A moment in UTC, kept to the microsecond.
///
/// Its text has a fixed width (`2026-11-22T09:30:00.000000Z`), so that texts sort as moments do:
/// a database column can hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(Timestamp);

impl DateTime {
    /// The present moment.
    pub fn now() -> Self {
        let micros = Timestamp::now().as_microsecond();
        Self(Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// So many microseconds after 1970 began; the last moment there is, if that is later still.
    pub fn from_micros(micros: u64) -> Self {
        let micros = i64::try_from(micros).unwrap_or(i64::MAX);
        Self(Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX))
    }

    /// Seconds and a `Z`, as in `created` and `updated` of a server: `2026-11-22T09:30:00Z`.
    pub fn to_seconds(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// No zone, as in `OS-SRV-USG:launched_at`: `2026-11-22T09:30:00.000000`.
    pub fn to_naive(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S.%6f").to_string()
    }

    /// Reads any ISO 8601 moment; one without a zone is taken as UTC, as Nova takes it, and a day
    /// as its beginning.
    ///
    /// # Errors
    ///
    /// Says what was wrong with the text.
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        let moment = text.parse::<Timestamp>().or_else(|_| format!("{text}Z").parse());
        // A day, and nothing behind it.
        let day = || text.parse::<Date>().and_then(|day| day.to_zoned(TimeZone::UTC));
        let moment = moment.or_else(|error| match text.len() {
            ..=10 => day().map(|day| day.timestamp()).map_err(|_| error),
            _ => Err(error),
        });
        moment.map(Self)
    }

    /// How far `other` lies from this moment, in seconds, in either direction.
    pub fn seconds_from(self, other: Self) -> f64 {
        self.0.duration_since(other.0).abs().as_secs_f64()
    }

    /// This moment, `seconds` later; the last moment there is, if that is later still.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.to_naive())
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::DateTime;

    #[test]
    fn texts_sort_as_moments_do() {
        let whole = DateTime::parse("2026-11-22T09:30:00Z").unwrap();
        let later = DateTime::parse("2026-11-22T09:30:00.5Z").unwrap();
        assert!(whole < later && whole.to_string() < later.to_string());
    }

    #[test]
    fn a_moment_without_a_zone_is_utc() {
        let naive = DateTime::parse("2026-11-22T09:30:00.250000").unwrap();
        assert_eq!(naive.to_string(), "2026-11-22T09:30:00.250000Z");
        assert_eq!(naive.to_seconds(), "2026-11-22T09:30:00Z");
    }

    #[test]
    fn a_day_is_its_beginning_and_an_hour_has_to_be_one() {
        for day in ["2026-11-22", "20261122"] {
            assert_eq!(DateTime::parse(day).unwrap().to_seconds(), "2026-11-22T00:00:00Z");
        }
        for text in ["2026-11-22T25:00:00", "2026-11-22T", "2026-11-22x", "2026-13-01", ""] {
            assert!(DateTime::parse(text).is_err(), "{text}");
        }
    }
}
