//! Bodies are checked against a schema before a controller sees them (`nova/api/validation`).
//!
//! A library does the checking. What it finds is said in the words of Python's `jsonschema`,
//! for those are the words that Nova's clients know.

mod formats;
pub mod parameter_types;
mod words;

use boon::{CompileError, Compiler, Draft, SchemaIndex, Schemas};
use nova_objects::NovaException;
use nova_router::{ApiRequest, ApiVersionRequest, Method};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Which clients a schema is for: those of the old v2 were allowed more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// They came through `/v2`.
    V20,
    /// They speak v2.1, at whatever microversion.
    V21,
}

/// What a body may say, at each version (`@validation.schema`).
pub struct Validation {
    v20: Arc<Schema>,
    /// From which version each is good, the newest first.
    since: Vec<(ApiVersionRequest, Arc<Schema>)>,
}

/// What a schema becomes at a microversion.
pub type Change = (ApiVersionRequest, fn(&mut Value));

impl Validation {
    /// The same schema for everybody.
    ///
    /// # Errors
    ///
    /// It is no schema.
    pub fn new(schema: &Value) -> Result<Self, CompileError> {
        Self::versioned(|_| schema.clone(), &[])
    }

    /// A schema for each kind of client, and what changes in that of v2.1 with the microversions,
    /// the oldest first: each change is made to the schema of the version before.
    ///
    /// # Errors
    ///
    /// One of them is no schema.
    pub fn versioned(
        schema: impl Fn(Client) -> Value,
        changes: &[Change],
    ) -> Result<Self, CompileError> {
        let mut current = schema(Client::V21);
        let v21 = Arc::new(Schema::compile(current.clone())?);
        let mut v20 = Arc::clone(&v21);
        if schema(Client::V20) != current {
            v20 = Arc::new(Schema::compile(schema(Client::V20))?);
        }
        let mut since = vec![(ApiVersionRequest(2, 1), v21)];
        for (version, change) in changes {
            change(&mut current);
            since.insert(0, (*version, Arc::new(Schema::compile(current.clone())?)));
        }
        Ok(Self { v20, since })
    }

    /// Checks the body of `request`. What a client of v2 says that nobody understands is taken
    /// out of it.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it, in Nova's words.
    pub fn check(&self, request: &mut ApiRequest) -> Result<(), Invalid> {
        let body = request.body.get_or_insert_default();
        if request.environ.legacy_v2 {
            strip_additional_properties(&self.v20.source, body);
            return self.v20.validate(body);
        }
        let fits = |since: &ApiVersionRequest| request.version.is_none_or(|v| *since <= v);
        match self.since.iter().find(|(since, _)| fits(since)) {
            Some((_, schema)) => schema.validate(body),
            None => Ok(()),
        }
    }
}

/// A method whose body is checked before it is called.
pub trait Validated {
    /// `@validation.schema`: only bodies that `validation` allows.
    #[must_use]
    fn schema(self, validation: Validation) -> Self;
}

impl<S: Send + Sync + 'static> Validated for Method<S> {
    fn schema(self, validation: Validation) -> Self {
        self.check(move |request| Ok(validation.check(request)?))
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
