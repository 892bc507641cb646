//! What is wrong with a body, in the words of Python's `jsonschema`.

use super::{formats::is_zero, parameter_types::MAX_INT};
use boon::{ErrorKind, ValidationError};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::borrow::Cow;

/// Says what `error` found wrong with `body`, which `schema` was to allow.
pub(super) fn explain(schema: &Value, body: &Value, error: &ValidationError<'_, '_>) -> String {
    let leaf = first_leaf(error);
    let pointer = leaf.instance_location.to_string();
    let value = body.pointer(&pointer).unwrap_or(&Value::Null);
    // It is part of a URL, where patterns are written with many a percent sign.
    let at = leaf.schema_url.split_once('#').map_or("", |(_, pointer)| pointer);
    let at = percent_decode_str(at).decode_utf8_lossy();
    let schema = schema.pointer(&at).unwrap_or(&Value::Null);
    // Nova's check of names comes first, and takes what is no text for a bad name.
    if let (
        ErrorKind::Format { .. } | ErrorKind::Type { .. },
        Some(format @ (NAME | SPACED_NAME)),
    ) = (&leaf.kind, schema["format"].as_str())
    {
        return invalid_name(format);
    }
    let problem = problem(schema, value, &leaf.kind);
    match pointer.rsplit_once('/') {
        None => problem,
        Some((_, field)) => {
            let field = field.replace("~1", "/").replace("~0", "~");
            let value = value.as_str().map_or_else(|| repr(value), str::to_owned);
            format!("Invalid input for field/attribute {field}. Value: {value}. {problem}")
        }
    }
}

const NAME: &str = "name";

const SPACED_NAME: &str = "name_with_leading_trailing_spaces";

/// The one format whose error explains itself (`InvalidName`).
fn invalid_name(format: &str) -> String {
    let must = match format {
        NAME => "Can not start or end with whitespace.",
        _ => "with at least one non space character.",
    };
    let dot = if format == NAME { ". " } else { " " };
    format!(
        "An invalid 'name' value was provided. The name must be: printable characters{dot}{must}"
    )
}

/// The first thing that is wrong; of alternatives, that none of them fits.
fn first_leaf<'e, 's, 'v>(error: &'e ValidationError<'s, 'v>) -> &'e ValidationError<'s, 'v> {
    let alternatives = matches!(error.kind, ErrorKind::AnyOf | ErrorKind::OneOf(_));
    match error.causes.first() {
        Some(cause) if !alternatives => first_leaf(cause),
        _ => error,
    }
}

/// What is wrong with `value`, which `schema` was to allow.
fn problem(schema: &Value, value: &Value, kind: &ErrorKind<'_, '_>) -> String {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    let value = repr(value);
    match kind {
        ErrorKind::Type { .. } => {
            let types = schema["type"].as_array();
            let types = types.map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
            format!("{value} is not of type {}", listed(types.iter().map(repr)))
        }
        ErrorKind::Required { want } => {
            let first = want.first().copied().unwrap_or_default();
            format!("'{first}' is a required property")
        }
        ErrorKind::AdditionalItems { got } => additional_items(items, *got),
        ErrorKind::AdditionalProperties { got } => unexpected(schema, got),
        ErrorKind::MinLength { .. } | ErrorKind::MinItems { .. } => format!("{value} is too short"),
        ErrorKind::MaxLength { .. } | ErrorKind::MaxItems { .. } => format!("{value} is too long"),
        ErrorKind::MinProperties { .. } => format!("{value} does not have enough properties"),
        ErrorKind::MaxProperties { .. } => format!("{value} has too many properties"),
        ErrorKind::Pattern { want, .. } => format!("{value} does not match '{want}'"),
        ErrorKind::Enum { want } => {
            format!("{value} is not one of [{}]", listed(want.iter().map(repr)))
        }
        ErrorKind::Minimum { want, .. } => format!("{value} is less than the minimum of {want}"),
        ErrorKind::ExclusiveMinimum { want, .. } => {
            format!("{value} is less than or equal to the minimum of {want}")
        }
        ErrorKind::Maximum { want, .. } => format!("{value} is greater than the maximum of {want}"),
        ErrorKind::Format { want: "positive" | "non_negative", .. } => numeric(&value),
        ErrorKind::Format { want, .. } => format!("{value} is not a '{want}'"),
        ErrorKind::UniqueItems { .. } => format!("{value} has non-unique elements"),
        ErrorKind::AnyOf | ErrorKind::OneOf(None) => {
            format!("{value} is not valid under any of the given schemas")
        }
        other => other.to_string(),
    }
}

/// What is wrong with digits. Python shows the number that they make.
fn numeric(value: &str) -> String {
    let digits = value.trim_matches('\'');
    if is_zero(digits) {
        return "0 is less than the minimum of 1".into();
    }
    format!("{} is greater than the maximum of {MAX_INT}", digits.trim_start_matches('0'))
}

/// Says that the last `count` of the items have no place.
fn additional_items(items: &[Value], count: usize) -> String {
    let extras = &items[items.len().saturating_sub(count)..];
    let verb = if extras.len() == 1 { "was" } else { "were" };
    let extras = listed(extras.iter().map(repr));
    format!("Additional items are not allowed ({extras} {verb} unexpected)")
}

/// Says which names have no place. Where names have to be like a pattern, Python names that.
fn unexpected(schema: &Value, names: &[Cow<'_, str>]) -> String {
    let extras = listed(names.iter().map(|name| format!("'{name}'")));
    let one = names.len() == 1;
    let Some(patterns) = schema["patternProperties"].as_object() else {
        let verb = if one { "was" } else { "were" };
        return format!("Additional properties are not allowed ({extras} {verb} unexpected)");
    };
    let patterns = listed(patterns.keys().map(|pattern| format!("'{pattern}'")));
    let verb = if one { "does" } else { "do" };
    format!("{extras} {verb} not match any of the regexes: {patterns}")
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// A value as Python would print it.
fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Array(items) => {
            format!("[{}]", listed(items.iter().map(repr)))
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| format!("'{name}': {}", repr(value));
            format!("{{{}}}", listed(fields.iter().map(field)))
        }
    }
}
