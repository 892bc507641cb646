//! Bodies are checked against a schema before a controller sees them (`nova/api/validation`).
//!
//! A library does the checking. What it finds is said in the words of Python's `jsonschema`,
//! for those are the words that Nova's clients know.

use boon::{Compiler, Draft, ErrorKind, Format, SchemaIndex, Schemas, ValidationError};
use nova_objects::NovaException;
use serde_json::Value;
use std::{borrow::Cow, error::Error};

/// A schema, ready to check bodies.
pub struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

/// A body that its schema does not allow: what the client reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl NovaException for Invalid {
    fn class(&self) -> Cow<'_, str> {
        "ValidationError".into()
    }

    fn code(&self) -> u16 {
        400
    }
}

const INVALID_NAME: &str = "An invalid 'name' value was provided. The name must be: printable \
                            characters. Can not start or end with whitespace.";

impl Schema {
    /// Makes `schema`, of draft 4, ready.
    ///
    /// # Errors
    ///
    /// It is no schema.
    pub fn compile(schema: Value) -> Result<Self, boon::CompileError> {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.set_default_draft(Draft::V4);
        compiler.enable_format_assertions();
        compiler.register_format(Format { name: "name", func: is_name });
        compiler.add_resource("nova:///schema", schema)?;
        let index = compiler.compile("nova:///schema", &mut schemas)?;
        Ok(Self { schemas, index })
    }

    /// Checks `body`; no body at all is Python's `None`.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it, in Nova's words.
    pub fn validate(&self, body: Option<&Value>) -> Result<(), Invalid> {
        let body = body.unwrap_or(&Value::Null);
        self.schemas.validate(body, self.index).map_err(|error| explain(body, &error))
    }
}

fn is_name(value: &Value) -> Result<(), Box<dyn Error>> {
    match value.as_str() {
        Some(name) if name.trim() != name || name.is_empty() => Err("whitespace".into()),
        Some(name) if name.chars().any(char::is_control) => Err("not printable".into()),
        _ => Ok(()),
    }
}

fn explain(body: &Value, error: &ValidationError<'_, '_>) -> Invalid {
    let leaf = first_leaf(error);
    if matches!(&leaf.kind, ErrorKind::Format { want: "name", .. }) {
        return Invalid(INVALID_NAME.to_owned());
    }
    let pointer = leaf.instance_location.to_string();
    let value = body.pointer(&pointer).unwrap_or(&Value::Null);
    let problem = problem(value, &leaf.kind);
    match pointer.rsplit_once('/') {
        None => Invalid(problem),
        Some((_, field)) => Invalid(format!(
            "Invalid input for field/attribute {}. Value: {}. {problem}",
            field.replace("~1", "/").replace("~0", "~"),
            repr(value),
        )),
    }
}

/// The first thing that is wrong; of alternatives, that none of them fits.
fn first_leaf<'e, 's, 'v>(error: &'e ValidationError<'s, 'v>) -> &'e ValidationError<'s, 'v> {
    let alternatives = matches!(error.kind, ErrorKind::AnyOf | ErrorKind::OneOf(_));
    match error.causes.first() {
        Some(cause) if !alternatives => first_leaf(cause),
        _ => error,
    }
}

fn problem(value: &Value, kind: &ErrorKind<'_, '_>) -> String {
    let value = repr(value);
    match kind {
        ErrorKind::Type { want, .. } => {
            let types: Vec<String> = want.iter().map(|name| format!("'{name}'")).collect();
            format!("{value} is not of type {}", types.join(", "))
        }
        ErrorKind::Required { want } => {
            let first = want.first().copied().unwrap_or_default();
            format!("'{first}' is a required property")
        }
        ErrorKind::AdditionalProperties { got } => {
            let names: Vec<String> = got.iter().map(|name| format!("'{name}'")).collect();
            let verb = if names.len() == 1 { "was" } else { "were" };
            format!(
                "Additional properties are not allowed ({} {verb} unexpected)",
                names.join(", ")
            )
        }
        ErrorKind::MinLength { .. } | ErrorKind::MinItems { .. } => format!("{value} is too short"),
        ErrorKind::MaxLength { .. } | ErrorKind::MaxItems { .. } => format!("{value} is too long"),
        ErrorKind::Pattern { want, .. } => format!("{value} does not match '{want}'"),
        ErrorKind::Enum { want } => {
            let words: Vec<String> = want.iter().map(repr).collect();
            format!("{value} is not one of [{}]", words.join(", "))
        }
        ErrorKind::Minimum { want, .. } => format!("{value} is less than the minimum of {want}"),
        ErrorKind::Maximum { want, .. } => format!("{value} is greater than the maximum of {want}"),
        ErrorKind::Format { want, .. } => format!("{value} is not a '{want}'"),
        ErrorKind::UniqueItems { .. } => format!("{value} has non-unique elements"),
        ErrorKind::AnyOf | ErrorKind::OneOf(None) => {
            format!("{value} is not valid under any of the given schemas")
        }
        other => other.to_string(),
    }
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
            let items: Vec<String> = items.iter().map(repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| format!("'{name}': {}", repr(value));
            let fields: Vec<String> = fields.iter().map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{INVALID_NAME, Schema};
    use serde_json::json;

    fn schema() -> Schema {
        Schema::compile(json!({
            "type": "object",
            "properties": {
                "server": {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string", "format": "name", "maxLength": 5 },
                        "count": { "type": "integer", "minimum": 1 },
                        "size": { "enum": ["big", "small"] },
                        "ref": { "oneOf": [{ "type": "string" }, { "type": "null" }] },
                    },
                    "required": ["name"],
                    "additionalProperties": false,
                },
            },
            "required": ["server"],
            "additionalProperties": false,
        }))
        .unwrap()
    }

    #[test]
    fn what_is_wrong_is_said_in_the_words_of_python() {
        let schema = schema();
        let input = |field: &str, value: &str, problem: &str| {
            format!("Invalid input for field/attribute {field}. Value: {value}. {problem}")
        };
        for (body, detail) in [
            (json!(null), "None is not of type 'object'".to_owned()),
            (json!({}), "'server' is a required property".to_owned()),
            (
                json!({ "server": { "name": "x" }, "foo": 1 }),
                "Additional properties are not allowed ('foo' was unexpected)".to_owned(),
            ),
            (json!({ "server": {} }), input("server", "{}", "'name' is a required property")),
            (json!({ "server": { "name": " x" } }), INVALID_NAME.to_owned()),
            (
                json!({ "server": { "name": "it's long" } }),
                input("name", "\"it's long\"", "\"it's long\" is too long"),
            ),
            (
                json!({ "server": { "name": "x", "count": 0 } }),
                input("count", "0", "0 is less than the minimum of 1"),
            ),
            (
                json!({ "server": { "name": "x", "size": true } }),
                input("size", "True", "True is not one of ['big', 'small']"),
            ),
            (
                json!({ "server": { "name": "x", "ref": [] } }),
                input("ref", "[]", "[] is not valid under any of the given schemas"),
            ),
        ] {
            assert_eq!(schema.validate(Some(&body)).unwrap_err().0, detail, "{body}");
        }
        schema.validate(Some(&json!({ "server": { "name": "x", "ref": null } }))).unwrap();
    }
}
