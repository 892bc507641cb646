//! Bodies are checked against a schema before a controller sees them (`nova/api/validation`).
//!
//! A library does the checking. What it finds is said in the words of Python's `jsonschema`,
//! for those are the words that Nova's clients know.

mod formats;
mod words;

use boon::{CompileError, Compiler, Draft, SchemaIndex, Schemas};
use nova_objects::NovaException;
use nova_router::ApiRequest;
use serde_json::Value;
use std::borrow::Cow;

/// What a method's decorators say of its body (`@validation.schema`).
pub struct Validation {
    v21: Schema,
    v20: Schema,
}

impl Validation {
    /// The schema for clients of v2.1, and the one for clients of v2.
    ///
    /// # Errors
    ///
    /// One of them is no schema.
    pub fn new(v21: Value, v20: Value) -> Result<Self, CompileError> {
        Ok(Self { v21: Schema::compile(v21)?, v20: Schema::compile(v20)? })
    }

    /// The body of `request`. What a client of v2 says that nobody understands is not in it.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it, in Nova's words.
    pub fn body(&self, request: &ApiRequest) -> Result<Value, Invalid> {
        let mut body = request.body.clone().unwrap_or_default();
        if !request.environ.legacy_v2 {
            self.v21.validate(&body)?;
            return Ok(body);
        }
        strip_additional_properties(&self.v20.source, &mut body);
        self.v20.validate(&body)?;
        Ok(body)
    }
}

/// A schema, ready to check bodies.
pub struct Schema {
    source: Value,
    schemas: Schemas,
    index: SchemaIndex,
}

/// The name by which the library knows the schema.
const URL: &str = "nova:///schema";

impl Schema {
    /// Makes `schema`, of draft 4, ready.
    ///
    /// # Errors
    ///
    /// It is no schema.
    pub fn compile(schema: Value) -> Result<Self, CompileError> {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.set_default_draft(Draft::V4);
        compiler.enable_format_assertions();
        for format in formats::FORMATS {
            compiler.register_format(format);
        }
        compiler.add_resource(URL, schema.clone())?;
        let index = compiler.compile(URL, &mut schemas)?;
        Ok(Self { source: schema, schemas, index })
    }

    /// Checks `body`; no body at all is Python's `None`, a null.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it, in Nova's words.
    pub fn validate(&self, body: &Value) -> Result<(), Invalid> {
        let validated = self.schemas.validate(body, self.index);
        validated.map_err(|error| Invalid(words::explain(&self.source, body, &error)))
    }
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

/// Takes out of `body` what `schema` has no place for (`_soft_validate_additional_properties`).
/// Where names have to be like a pattern, all of them stay, and are checked.
fn strip_additional_properties(schema: &Value, body: &mut Value) {
    match body {
        Value::Object(fields) => {
            let properties = &schema["properties"];
            if schema["additionalProperties"] == false && schema["patternProperties"].is_null() {
                fields.retain(|name, _| properties.get(name).is_some());
            }
            for (name, value) in fields {
                strip_additional_properties(&properties[name], value);
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| strip_additional_properties(&schema["items"], item));
        }
        _ => {}
    }
}
