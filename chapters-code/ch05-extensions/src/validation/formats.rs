//! What texts may look like (`nova/api/validation/validators.py`).

use super::parameter_types::MAX_INT;
use boon::Format;
use regex::Regex;
use serde_json::Value;
use std::{error::Error, sync::LazyLock};

/// The formats that the schemas have beyond those of the standard.
pub(super) const FORMATS: [Format; 5] = [
    Format { name: "base64", func: base64 },
    Format { name: "non_negative", func: non_negative },
    Format { name: "name", func: name },
    Format { name: "name_with_leading_trailing_spaces", func: spaced_name },
    Format { name: "positive", func: positive },
];

/// Printable, and no blanks at either end.
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^([^\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?)?$").ok());

/// Printable, and not all blanks.
static SPACED_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}][^\p{C}\p{Zl}\p{Zp}]*$").ok());

fn name(value: &Value) -> Result<(), Box<dyn Error>> {
    check(&NAME, value)
}

fn spaced_name(value: &Value) -> Result<(), Box<dyn Error>> {
    check(&SPACED_NAME, value)
}

fn check(regex: &Option<Regex>, value: &Value) -> Result<(), Box<dyn Error>> {
    match (regex, value.as_str()) {
        (Some(regex), Some(text)) if !regex.is_match(text) => Err("invalid name".into()),
        _ => Ok(()),
    }
}

/// Digits that make a number of at least 1, and no larger than a column holds: Nova's `minimum`
/// looks into texts, the library's does not.
fn positive(value: &Value) -> Result<(), Box<dyn Error>> {
    match value.as_str() {
        Some(text) if is_zero(text) => Err("zero".into()),
        _ => non_negative(value),
    }
}

fn non_negative(value: &Value) -> Result<(), Box<dyn Error>> {
    match value.as_str().filter(|text| is_digits(text)) {
        Some(text) if text.parse::<i64>().is_ok_and(|number| number <= MAX_INT) => Ok(()),
        Some(_) => Err("too large".into()),
        None => Ok(()),
    }
}

/// Is it a zero, in however many digits?
pub(super) fn is_zero(text: &str) -> bool {
    is_digits(text) && text.bytes().all(|digit| digit == b'0')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What Python's `base64.decodestring` reads: it passes over all that is no letter of it, and
/// wants groups of four.
fn base64(value: &Value) -> Result<(), Box<dyn Error>> {
    let Some(text) = value.as_str() else { return Ok(()) };
    let letters = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'=');
    let count = text.bytes().filter(letters).count();
    if count % 4 == 0 { Ok(()) } else { Err("incorrect padding".into()) }
}
