//! JSON as Python writes it (`oslo_serialization.jsonutils`): a blank after each comma and each
//! colon, and nothing but ASCII.

use serde_json::Value;

/// The text of `value`, byte for byte what `json.dumps` makes of it.
///
/// ```
/// use nova_objects::jsonutils::dumps;
/// use serde_json::json;
///
/// assert_eq!(dumps(&json!({"caf\u{e9}": [1, null]})), r#"{"caf\u00e9": [1, null]}"#);
/// ```
pub fn dumps(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Array(items) => write_all(text, '[', items, write, ']'),
        Value::Object(pairs) => write_all(text, '{', pairs, write_pair, '}'),
        scalar => push_ascii(text, &scalar.to_string()),
    }
}

fn write_pair(text: &mut String, (key, value): (&String, &Value)) {
    push_ascii(text, &Value::from(key.as_str()).to_string());
    text.push_str(": ");
    write(text, value);
}

fn write_all<T>(
    text: &mut String,
    open: char,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut String, T),
    close: char,
) {
    text.push(open);
    for (n, item) in items.into_iter().enumerate() {
        text.push_str(if n == 0 { "" } else { ", " });
        write(text, item);
    }
    text.push(close);
}

fn push_ascii(text: &mut String, json: &str) {
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            text.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
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
