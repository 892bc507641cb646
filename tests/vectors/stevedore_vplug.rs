//! The Python module `vplug` of the set `stevedore`, whose text is in the header of the set.

use serde_json::Value;

/// An exception: its class, which is all that is compared, and what it says.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Exception {
    pub(crate) class: String,
    message: String,
}

impl Exception {
    pub(crate) fn new(class: &str, message: impl Into<String>) -> Self {
        Self { class: class.into(), message: message.into() }
    }
}

impl nova_extensions::stevedore::LoadFailure for Exception {
    fn propagates(&self) -> bool {
        self.class == "AssertionError"
    }
}

/// What a plug-in made.
#[derive(Debug)]
pub(crate) struct Obj {
    pub(crate) tag: String,
    /// What `obj.alias` answers.
    alias: Result<Option<&'static str>, Exception>,
}

impl Obj {
    /// `obj.alias`; nothing has none.
    pub(crate) fn alias(obj: Option<&Self>) -> Result<Option<&'static str>, Exception> {
        let none =
            || Exception::new("AttributeError", "'NoneType' object has no attribute 'alias'");
        obj.ok_or_else(none)?.alias.clone()
    }
}

/// An attribute of the module.
#[derive(Clone, Copy)]
pub(crate) struct Plugin<'t>(&'t str);

/// Finds `module:attribute`.
pub(crate) fn import(target: &str) -> Result<Plugin<'_>, Exception> {
    let (module, attribute) = target.split_once(':').unwrap_or((target, ""));
    if module != "vplug" {
        return Err(Exception::new("ImportError", format!("No module named {module}")));
    }
    match attribute {
        "Base" | "A" | "B" | "C" | "Boom" | "Assert" | "Strict" | "func" | "value" => {
            Ok(Plugin(attribute))
        }
        _ => {
            let message = format!("'module' object has no attribute '{attribute}'");
            Err(Exception::new("ImportError", message))
        }
    }
}

impl Plugin<'_> {
    /// `plugin(*args, **kwds)`.
    pub(crate) fn call(self, args: &Value, kwds: &Value) -> Result<Obj, Exception> {
        let arguments = arguments(args, kwds);
        let base = |alias| Ok(Obj { tag: format!("{}({arguments})", self.0), alias: Ok(alias) });
        match self.0 {
            "A" => base(Some("alias-a")),
            "B" => base(Some("alias-b")),
            "C" => base(Some("alias-c")),
            "Boom" => Err(Exception::new("RuntimeError", "boom on init")),
            "Assert" => Err(Exception::new("AssertionError", "assert on init")),
            "Strict" if !arguments.is_empty() => {
                Err(Exception::new("TypeError", "__init__() takes exactly 1 argument"))
            }
            "Strict" => {
                let message = "'Strict' object has no attribute 'alias'";
                let alias = Err(Exception::new("AttributeError", message));
                Ok(Obj { tag: "Strict()".into(), alias })
            }
            "func" => Ok(Obj { tag: "func-result".into(), alias: Ok(Some("alias-func")) }),
            "value" => Err(Exception::new("TypeError", "'int' object is not callable")),
            _ => base(None),
        }
    }
}

/// The arguments as the tag of a `Base` has them: `repr` of the first kind, `str` of the second.
fn arguments(args: &Value, kwds: &Value) -> String {
    let args = args.as_array().into_iter().flatten().map(repr);
    let mut kwds: Vec<_> = kwds.as_object().into_iter().flatten().collect();
    kwds.sort_by_key(|(name, _)| *name);
    let kwds = kwds.into_iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={}", repr(other)),
    });
    args.chain(kwds).collect::<Vec<_>>().join(",")
}

/// Python's `repr`.
fn repr(value: &Value) -> String {
    let list = |values: Vec<String>| values.join(", ");
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")),
        Value::Array(values) => format!("[{}]", list(values.iter().map(repr).collect())),
        Value::Object(map) => {
            let pair = |(key, value): (&String, &Value)| {
                format!("{}: {}", repr(&Value::from(key.as_str())), repr(value))
            };
            format!("{{{}}}", list(map.iter().map(pair).collect()))
        }
    }
}
