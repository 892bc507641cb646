//! The set `stevedore`: which plug-ins the three managers load, and what is said of the others.

#[path = "stevedore_vplug.rs"]
mod vplug;

use nova_extensions::stevedore::{
    EnabledExtensionManager, Extension, ExtensionManager, MapError, NamedExtensionManager, Names,
    Options,
};
use nova_paste::EntryPoint;
use serde_json::{Map, Value, json};
use std::{
    cell::RefCell,
    collections::BTreeSet,
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, Registry, layer::Context, layer::SubscriberExt};
use vplug::{Exception, Obj, import};

const NAMESPACE: &str = "vec.ns";

/// Runs one case; either of the recorded answers is right.
pub(crate) fn run(case: &Value) -> Result<(), String> {
    let log = Log::default();
    let subscriber = Registry::default().with(log.clone());
    let mut found = tracing::subscriber::with_default(subscriber, || Case(case).outcome());
    let lines = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let quoted = |start: &str| -> Vec<&str> {
        let errors = lines.iter().filter(|(level, _)| *level == Level::ERROR);
        let rests = errors.filter_map(|(_, line)| line.strip_prefix(start));
        rests.filter_map(|rest| rest.split('\'').next()).collect()
    };
    let warnings = lines.iter().filter(|(level, _)| *level == Level::WARN);
    found["logged_load_errors"] = json!(quoted("Could not load '"));
    found["logged_map_errors"] = json!(quoted("error calling '"));
    found["logged_warnings"] = warnings.map(|(_, line)| line.as_str()).collect();
    let answers = ["expect", "expect_py3"].map(|oracle| kinds_only(&case[oracle]));
    if answers.contains(&found) {
        return Ok(());
    }
    let [expected, today] = answers;
    Err(format!("expected {expected}\n     or {today}\n    got {found}"))
}

/// Errors compare by kind.
fn kinds_only(value: &Value) -> Value {
    let Some(map) = value.as_object() else { return value.clone() };
    let compared = map.iter().map(|(key, value)| match (&**key, value.get("kind")) {
        ("error", Some(kind)) => (key.clone(), json!({ "kind": kind })),
        _ => (key.clone(), kinds_only(value)),
    });
    Value::Object(compared.collect())
}

/// The lines of the log, with their level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(Level, String)>>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push((*event.metadata().level(), line.0));
    }
}

/// The message of an event.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

type Manager = ExtensionManager<(), Obj>;

/// What the functions that a manager was given have seen.
#[derive(Default)]
struct Seen {
    checked: RefCell<Vec<&'static str>>,
    load_failures: RefCell<Vec<(&'static str, String)>>,
    missing_callback: RefCell<Vec<Value>>,
}

struct Case<'c>(&'c Value);

impl<'c> Case<'c> {
    fn outcome(&self) -> Value {
        let seen = Seen::default();
        let mut outcome = match self.load(&seen) {
            Ok(ok) => json!({ "ok": ok }),
            Err(error) => json!({ "error": { "kind": error.class } }),
        };
        outcome["checked"] = json!(seen.checked.into_inner());
        outcome["load_failures"] = json!(seen.load_failures.into_inner());
        outcome["missing_callback"] = json!(seen.missing_callback.into_inner());
        outcome
    }

    fn load(&self, seen: &Seen) -> Result<Value, Exception> {
        let (offered, options) = (self.offered(), self.options(seen));
        let invoke = |entry_point: &EntryPoint<()>| self.invoke(entry_point);
        Ok(match self.0["manager"].as_str() {
            Some("enabled") => {
                let check_func = |extension: &Extension<(), Obj>| {
                    seen.checked.borrow_mut().push(extension.entry_point.name);
                    self.check(extension)
                };
                let manager =
                    EnabledExtensionManager::new(NAMESPACE, &offered, check_func, invoke, options)?;
                self.describe(&manager)
            }
            Some("named") => {
                let names = self.names(seen);
                let manager =
                    NamedExtensionManager::new(NAMESPACE, &offered, names, invoke, options)?;
                self.describe(&manager)
            }
            _ => self.describe(&ExtensionManager::new(NAMESPACE, &offered, invoke, options)?),
        })
    }

    /// The entry points of all distributions, of this namespace and of others.
    fn offered(&self) -> Vec<EntryPoint<()>> {
        let dists = self.0["dists"].as_array().into_iter().flatten();
        let namespaces = dists.filter_map(|dist| dist["entry_points"].as_object()).flatten();
        let entry_points = namespaces.flat_map(|(namespace, entry_points)| {
            let entry_points = entry_points.as_array().into_iter().flatten();
            entry_points.map(move |entry_point| (namespace, entry_point))
        });
        // Names are part of the program, and so they live as long as it does.
        let leak = |text: &str| -> &'static str { String::from(text).leak() };
        let text = |value: &Value| leak(value.as_str().unwrap_or_default());
        entry_points
            .map(|(namespace, pair)| {
                EntryPoint::new(leak(namespace), text(&pair[0]), text(&pair[1]), ())
            })
            .collect()
    }

    fn invoke(&self, entry_point: &EntryPoint<()>) -> Result<Option<Obj>, Exception> {
        let plugin = import(entry_point.target)?;
        if self.0["invoke_on_load"] != true {
            return Ok(None);
        }
        plugin.call(&self.0["invoke_args"], &self.0["invoke_kwds"]).map(Some)
    }

    fn options<'s>(&self, seen: &'s Seen) -> Options<'s, (), Exception> {
        let propagate = self.0["propagate_map_exceptions"] == true;
        let options = Options::default().propagate_map_exceptions(propagate);
        let Some(reaction) = self.0["on_load_failure"].as_str() else { return options };
        let raise = reaction == "raise";
        options.on_load_failure_callback(move |entry_point, error| {
            seen.load_failures.borrow_mut().push((entry_point.name, error.class.clone()));
            if raise { Err(error) } else { Ok(()) }
        })
    }

    fn names<'s>(&self, seen: &'s Seen) -> Names<'s, Exception>
    where
        'c: 's,
    {
        let names = Names::new(strings(&self.0["names"])).name_order(self.0["name_order"] == true);
        let names = if self.0["on_missing"].is_string() {
            names.on_missing_entrypoints_callback(|missing: &BTreeSet<&str>| {
                seen.missing_callback.borrow_mut().push(json!(missing));
                Ok(())
            })
        } else {
            names
        };
        names.warn_on_missing_entrypoint(self.0["warn_on_missing_entrypoint"] != false)
    }

    /// `check_func`.
    fn check(&self, extension: &Extension<(), Obj>) -> Result<bool, Exception> {
        let (check, name) = (&self.0["check"], extension.entry_point.name);
        let listed = |name: &str| strings(&check["names"]).any(|listed| listed == name);
        Ok(match check["op"].as_str() {
            Some("none") => false,
            Some("in") => listed(name),
            Some("not_in") => !listed(name),
            Some("obj_alias_in") => Obj::alias(extension.obj.as_ref())?.is_some_and(listed),
            Some("raise") if listed(name) => {
                let class = check["exc"].as_str().unwrap_or_default();
                return Err(Exception::new(class, format!("check fails for {name}")));
            }
            Some("truthy") => truthy(&check["values"][name]),
            _ => true,
        })
    }

    /// What the manager answers.
    fn describe(&self, manager: &Manager) -> Value {
        let tag = |extension: &Extension<(), Obj>| extension.obj.as_ref().map(|o| o.tag.clone());
        let targets = manager.iter().map(|extension| extension.entry_point.target);
        let mut ok = json!({
            "names": manager.names(),
            "objs": manager.iter().map(tag).collect::<Vec<_>>(),
            "targets": targets.collect::<Vec<_>>(),
        });
        if let Some(names) = self.0.get("lookup") {
            let found = strings(names).map(|name| (name.to_owned(), lookup(manager, name)));
            ok["lookup"] = Value::Object(found.collect::<Map<_, _>>());
        }
        if let Some(map) = self.0.get("map") {
            ok["map"] = mapped(manager, map);
        }
        ok
    }
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// `name in manager` and `manager[name]`.
fn lookup(manager: &Manager, name: &str) -> Value {
    let contains = manager.contains(name);
    match manager.get(name) {
        Some(found) => json!({ "contains": contains, "target": found.entry_point.target }),
        None => json!({ "contains": contains, "key_error": true }),
    }
}

fn mapped(manager: &Manager, map: &Value) -> Value {
    let answers = manager.map(|extension| {
        let name = extension.entry_point.name;
        if strings(&map["raise_for"]).any(|raiser| raiser == name) {
            return Err(Exception::new("ValueError", format!("map fails for {name}")));
        }
        Ok(format!("r:{name}"))
    });
    match answers {
        Ok(answers) => json!({ "ok": answers }),
        Err(MapError::NoMatches { .. }) => json!({ "error": { "kind": "NoMatches" } }),
        Err(MapError::Raised(error)) => json!({ "error": { "kind": error.class } }),
    }
}

/// What Python's `if` makes of a value.
fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}
