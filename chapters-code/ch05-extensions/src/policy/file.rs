//! The file: a JSON object of rules by name (`oslo_policy.policy.Rules.load`).

use super::{
    Rules,
    parser::{self, Misread},
    references,
};
use nova_paste::{PasteError, Place, Source};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::{collections::HashSet, fmt, sync::Arc};

/// The rules that `source` lists.
pub(super) fn rules(source: Source) -> Result<Rules, PasteError> {
    let source = Arc::new(source);
    let lines: Vec<&str> = source.lines().map(|(_, line)| line).collect();
    let Entries(entries) = serde_json::from_str(&lines.join("\n")).map_err(|error| {
        let told = error.to_string();
        let problem = told.rsplit_once(" at line ").map_or(told.as_str(), |(problem, _)| problem);
        PasteError::value_error(problem).at(Place::line(&source, error.line().max(1)))
    })?;
    let mut rules = Vec::new();
    for (name, text) in entries {
        let rule = parser::parse(&text).map_err(|misread| at(&source, &name, &misread))?;
        rules.push((name, rule));
    }
    references::examine(&rules).map_err(|(name, misread)| at(&source, name, &misread))?;
    Ok(rules.into_iter().collect())
}

/// The error, where the rule of that name stands.
fn at(source: &Arc<Source>, name: &str, Misread { problem, part }: &Misread) -> PasteError {
    let rule = Place::part(source, 1..source.lines().count() + 1, &format!("\"{name}\""));
    let line = rule.line_number();
    let place = Place::part(source, line..line + 1, part);
    PasteError::value_error(format!("policy rule {name}: {problem}")).at(place)
}

/// What the object has, in its order, and nothing twice.
struct Entries(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of rules, each a text")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let (mut entries, mut names) = (Vec::new(), HashSet::new());
        while let Some((name, text)) = map.next_entry::<String, String>()? {
            // Whoever reads the first one must not be deceived by a second.
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("policy rule {name} is there already")));
            }
            entries.push((name, text));
        }
        Ok(Entries(entries))
    }
}
