//! What texts may look like (`nova/api/validation/validators.py`).

use boon::Format;
use regex::Regex;
use serde_json::Value;
use std::{error::Error, sync::LazyLock};

/// The formats that the schemas have beyond those of the standard.
pub(super) const FORMATS: [Format; 3] = [
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

/// A number in digits, of at least 1: Nova's `minimum` looks into texts, the library's does not.
fn positive(value: &Value) -> Result<(), Box<dyn Error>> {
    match value.as_str() {
        Some(text) if !text.is_empty() && text.bytes().all(|b| b == b'0') => Err("zero".into()),
        _ => Ok(()),
    }
}
