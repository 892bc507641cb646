//! Reading headers that list things with options (`nova.api.openstack.urlmap`).
//!
//! None of this follows the RFCs to the letter. It follows Nova, to the letter.

use crate::UrlMapError;
use std::{collections::BTreeMap, mem};

/// The options behind a content type: `;version=2.1` is `version` with the value `2.1`. An
/// option without `=` has no value.
pub type Options = BTreeMap<String, Option<String>>;

/// Takes one pair of quotes off. What is quoted inside stays as it is.
pub fn unquote_header_value(value: &str) -> &str {
    match value {
        "\"" => "",
        _ => value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value),
    }
}

/// Splits a list at its commas, but not at commas in quotes: `"a,b", c` has two items. A
/// backslash in quotes goes, and guards the character behind it.
pub fn parse_list_header(value: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in value.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                item.push(c);
            }
            '\\' if quoted => escaped = true,
            ',' if !quoted => items.push(mem::take(&mut item)),
            _ => {
                quoted ^= c == '"';
                item.push(c);
            }
        }
    }
    if !item.is_empty() {
        items.push(item);
    }
    items.iter().map(|item| unquote_item(item.trim_ascii()).to_owned()).collect()
}

/// A quoted item loses two pairs of quotes, if it has two.
fn unquote_item(item: &str) -> &str {
    match unquote_header_value(item) {
        unquoted if unquoted.len() < item.len() => unquote_header_value(unquoted),
        _ => item,
    }
}

/// Splits `text/html; charset=utf-8` into the content type and its options; of two options with
/// one name the last counts.
///
/// A semicolon in quotes splits too, and blanks behind a value stay part of it.
///
/// # Errors
///
/// [`UrlMapError::NoContentType`] if there is something, but no content type.
pub fn parse_options_header(value: &str) -> Result<(String, Options), UrlMapError> {
    if value.is_empty() {
        return Ok((String::new(), Options::new()));
    }
    let mut pieces = value.split(';').filter_map(parse_option);
    let (name, _) = pieces.next().ok_or(UrlMapError::NoContentType)?;
    Ok((name, pieces.collect()))
}

/// Reads `key` or `key=value`; a piece without a key is no option.
fn parse_option(piece: &str) -> Option<(String, Option<String>)> {
    let piece = piece.trim_ascii_start();
    let end = piece.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(piece.len());
    let (key, rest) = piece.split_at(end);
    let value = rest.trim_ascii_start().strip_prefix('=').and_then(option_value);
    let unquoted = |text: &str| unquote_header_value(text).to_owned();
    (!key.is_empty()).then(|| (unquoted(key), value.map(unquoted)))
}

/// What stands behind the `=`, without the blanks before it.
fn option_value(text: &str) -> Option<&str> {
    // A value is one character at least, for Nova's regular expression: if need be, a blank.
    let blanks = text.len() - text.trim_ascii_start().len();
    text.get(blanks.min(text.len().checked_sub(1)?)..)
}
