//! JSON as Python writes it (`oslo_serialization.jsonutils`): a blank after each comma and each
//! colon, and nothing but ASCII.

use serde::Serialize;
use serde_json::{Serializer, Value, ser::Formatter};
use std::io::{self, Write};

/// The text of `value`, byte for byte what `json.dumps` makes of it.
///
/// ```
/// use nova_objects::jsonutils::dumps;
/// use serde_json::json;
///
/// assert_eq!(dumps(&json!({"caf\u{e9}": [1, null]})), r#"{"caf\u00e9": [1, null]}"#);
/// ```
pub fn dumps(value: &Value) -> String {
    // A value that is JSON can be written as JSON.
    to_string(value).unwrap_or_default()
}

/// The same of anything that can be written as JSON.
///
/// # Errors
///
/// It cannot.
pub fn to_string(value: &impl Serialize) -> serde_json::Result<String> {
    let mut text = Vec::with_capacity(256);
    value.serialize(&mut Serializer::with_formatter(&mut text, Python))?;
    // It is ASCII.
    Ok(String::from_utf8(text).unwrap_or_default())
}

/// Python's taste.
struct Python;

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        text: &mut W,
        first: bool,
    ) -> io::Result<()> {
        text.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, text: &mut W, first: bool) -> io::Result<()> {
        self.begin_array_value(text, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, text: &mut W) -> io::Result<()> {
        text.write_all(b": ")
    }

    /// What is plain ASCII stays as it is; the rest is told in UTF-16.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        text: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c| !matches!(c, ' '..='~')) {
            let (plain, other) = rest.split_at(at);
            text.write_all(plain.as_bytes())?;
            let mut chars = other.chars();
            let mut units = [0; 2];
            for unit in chars.next().unwrap_or_default().encode_utf16(&mut units) {
                write!(text, "\\u{unit:04x}")?;
            }
            rest = chars.as_str();
        }
        text.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::dumps;
    use serde_json::json;

    #[test]
    fn json_is_written_as_python_writes_it() {
        for (value, text) in [
            (json!(null), "null"),
            (json!([]), "[]"),
            (json!({}), "{}"),
            (
                json!({"b": [1, 2.5, true], "a": {"c": null}}),
                r#"{"b": [1, 2.5, true], "a": {"c": null}}"#,
            ),
            (
                json!("\u{2603} \u{1f600} \"\n\u{1}\u{7f}"),
                r#""\u2603 \ud83d\ude00 \"\n\u0001\u007f""#,
            ),
        ] {
            assert_eq!(dumps(&value), text);
        }
    }
}
