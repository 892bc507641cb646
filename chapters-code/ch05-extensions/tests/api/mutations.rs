//! How a good body goes bad.

use serde_json::Value;

/// A body that is likely to be bad.
#[derive(Clone, Debug)]
pub(crate) struct Mutation {
    /// What was done to it.
    pub(crate) what: String,
    pub(crate) body: Vec<u8>,
    /// Can it be nothing but bad? Some bodies stay good if a key goes, or a number is negative.
    pub(crate) sure: bool,
}

/// In the place of what cannot be a [`Value`].
const RAW: &str = "@@raw@@";

/// All bodies that are made of `good` by one change.
pub(crate) fn mutations(good: Option<&Value>) -> Vec<Mutation> {
    let mut all = whole_bodies(good.is_some());
    let Some(good) = good else { return all };
    for (pointer, value) in places(good, "") {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        for (raw, sure) in replacements(name, value) {
            let mut changed = good.clone();
            *changed.pointer_mut(&pointer).unwrap() = RAW.into();
            let body = changed.to_string().replace(&format!("\"{RAW}\""), &raw);
            let shown: String = raw.chars().take(40).collect();
            let what = format!("{pointer} is {shown}");
            all.push(Mutation { what, body: body.into_bytes(), sure });
        }
        all.extend(other_keys(good, &pointer));
    }
    all
}

/// What is no body at all, or of the wrong kind. `wanted`: nothing at all is bad, too.
fn whole_bodies(wanted: bool) -> Vec<Mutation> {
    let nested = |depth: usize| format!("{}1{}", "{\"a\":[".repeat(depth), "]}".repeat(depth));
    let (deep, abysmal) = (nested(50), nested(50_000));
    let bodies: [(&[u8], bool); 14] = [
        (b"", wanted),
        (b"null", wanted),
        (b"{}", wanted),
        (b"[]", wanted),
        (b"[{}]", wanted),
        (b"7", wanted),
        (b"\"text\"", wanted),
        (deep.as_bytes(), wanted),
        (abysmal.as_bytes(), true),
        (b"{", true),
        (b"not json", true),
        (b"<server/>", true),
        (b"{\"a\": \"\xff\xfe\"}", true),
        (b"\0", true),
    ];
    let mutation = |(body, sure): (&[u8], bool)| {
        let start = String::from_utf8_lossy(&body[..body.len().min(20)]);
        Mutation { what: format!("the body is {start:?}"), body: body.to_vec(), sure }
    };
    bodies.into_iter().map(mutation).collect()
}

/// Each place in a body, as a JSON pointer, and what stands there.
fn places<'b>(value: &'b Value, at: &str) -> Vec<(String, &'b Value)> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(k, v)| (format!("{at}/{k}"), v)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, v)| (format!("{at}/{i}"), v)).collect()
        }
        _ => Vec::new(),
    };
    let deeper = children.iter().flat_map(|(at, value)| places(value, at));
    [(at.to_owned(), value)].into_iter().chain(deeper).collect()
}

/// What can stand in the place of `value`, which is called `name`, as JSON; and whether that is
/// surely bad.
fn replacements(name: &str, value: &Value) -> Vec<(String, bool)> {
    let is_name = name == "name";
    let long = |length: usize| format!("\"{}\"", "a".repeat(length));
    let all: Vec<(&str, bool)> = match value {
        Value::Null => vec![("7", false), ("[]", false), ("{\"a\": 1}", false)],
        Value::Bool(_) => vec![("{\"a\": []}", true), ("[[]]", true), ("\"perhaps\"", true)],
        Value::Number(_) => vec![
            ("{\"a\": []}", true),
            ("[[]]", true),
            ("\"many\"", true),
            ("1e400", true),
            ("-1", false),
            ("-9223372036854775808", false),
            ("9223372036854775807", false),
            ("18446744073709551616", false),
            ("1000000000000000000000000000000", false),
            ("\"1000000000000000000000000000000\"", false),
            ("1.5", false),
        ],
        Value::String(_) => vec![
            ("{\"a\": []}", true),
            ("[[]]", true),
            ("7", false),
            ("true", false),
            ("\"\"", is_name),
            ("\"\\u0000\\u0007\\u001b\"", is_name),
            ("\"a\\nb\"", false),
            ("\" padded \"", false),
            ("\"\u{1f600}\"", false),
            ("\"../../etc\"", false),
            ("\"99999999-9999-9999-9999-999999999999\"", false),
        ],
        Value::Array(_) => {
            vec![("{\"a\": 1}", true), ("7", true), ("[null]", true), ("[[]]", true), ("[]", false)]
        }
        Value::Object(_) => vec![("\"text\"", true), ("7", true), ("[7]", true), ("{}", false)],
    };
    let all = all.into_iter().map(|(raw, sure)| (raw.to_owned(), sure));
    let null = (!value.is_null()).then(|| ("null".to_owned(), false));
    let too_long = value.is_string().then(|| [(long(300), is_name), (long(100_000), is_name)]);
    all.chain(null).chain(too_long.into_iter().flatten()).collect()
}

/// The object at `pointer` with one key more, and with each of its keys taken away.
fn other_keys(good: &Value, pointer: &str) -> Vec<Mutation> {
    let Some(Value::Object(fields)) = good.pointer(pointer) else { return Vec::new() };
    let changed = |what: String, change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
        let mut changed = good.clone();
        change(changed.pointer_mut(pointer).unwrap().as_object_mut().unwrap());
        Mutation { what, body: changed.to_string().into_bytes(), sure: false }
    };
    let more = changed(format!("{pointer} has more"), &|fields| {
        fields.insert("no_such_key".into(), 7.into());
    });
    let less = fields.keys().map(|key| {
        changed(format!("{pointer} lacks {key}"), &|fields| {
            fields.remove(key);
        })
    });
    std::iter::once(more).chain(less).collect()
}
