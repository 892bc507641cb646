//! Shapes: the keys of an answer and the types behind them, without what stands there.
//!
//! A shape is `{key: shape}`, `["list", shape of the first]`, `["list"]` where the sample's list was
//! empty, or the name of a type; `"null"` is a type that nobody knows, for the sample had a null.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// All that the samples know: each key, behind the place where it stands.
///
/// Every sample was recorded with few extensions, and each lacks what the others added. So a key
/// that one of them lacks is good if any sample has it at the same place.
pub(crate) struct Documented(BTreeSet<String>);

/// Objects whose keys are the users' own.
const DATA: [&str; 5] = ["metadata", "meta", "extra_specs", "addresses", "hosts"];

impl Documented {
    /// What `shapes` know.
    pub(crate) fn of<'s>(shapes: impl IntoIterator<Item = &'s Value>) -> Self {
        let mut places = BTreeSet::new();
        shapes.into_iter().for_each(|shape| note(shape, "", &mut places));
        Self(places)
    }

    /// Is `live` of this shape?
    ///
    /// # Errors
    ///
    /// Says where it is not.
    pub(crate) fn check(&self, live: &Value, shape: &Value) -> Result<(), String> {
        self.check_at(live, shape, "")
    }

    fn check_at(&self, live: &Value, shape: &Value, place: &str) -> Result<(), String> {
        match shape {
            Value::Object(shapes) => self.check_object(live, shapes, place),
            Value::Array(list) => self.check_list(live, list.get(1), place),
            _ if shape == "null" || shape == type_of(live) => Ok(()),
            _ => Err(format!("{place} is {live}, and should be a {shape}")),
        }
    }

    fn check_object(
        &self,
        live: &Value,
        shapes: &Map<String, Value>,
        place: &str,
    ) -> Result<(), String> {
        let live = live.as_object().ok_or_else(|| format!("{place} is {live}, not an object"))?;
        for (key, shape) in shapes {
            let value = live.get(key).ok_or_else(|| format!("{place} has no {key}"))?;
            self.check_at(value, shape, &below(place, key))?;
        }
        let is_strange = |key: &&String| !shapes.contains_key(*key) && !self.know(place, key);
        match live.keys().find(is_strange) {
            None => Ok(()),
            Some(key) => Err(format!("{place} has a key that no sample has: {key}")),
        }
    }

    fn check_list(&self, live: &Value, first: Option<&Value>, place: &str) -> Result<(), String> {
        let list = live.as_array().ok_or_else(|| format!("{place} is {live}, not a list"))?;
        match (first, list.first()) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(format!("{place} is empty")),
            (Some(shape), Some(live)) => self.check_at(live, shape, place),
        }
    }

    fn know(&self, place: &str, key: &str) -> bool {
        let last = place.rsplit('/').next().unwrap_or_default();
        DATA.contains(&last) || self.0.contains(&below(place, key))
    }
}

/// Notes the places of `shape`, which stands at `place`.
fn note(shape: &Value, place: &str, places: &mut BTreeSet<String>) {
    match shape {
        Value::Object(shapes) => {
            for (key, shape) in shapes {
                let place = below(place, key);
                note(shape, &place, places);
                places.insert(place);
            }
        }
        Value::Array(list) => list.iter().skip(1).for_each(|shape| note(shape, place, places)),
        _ => {}
    }
}

/// The place of `key`: the servers of a list stand where the one server of an answer stands.
fn below(place: &str, key: &str) -> String {
    let key = if place.is_empty() { key.trim_end_matches('s') } else { key };
    format!("{place}/{key}")
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
