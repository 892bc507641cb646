//! What is installed: the factories that a file may name (Python's `pkg_resources`).

use crate::{
    EntryPoint, Factory, PasteError, Problem,
    object_type::{ObjectType, Protocol},
    suggestion::did_you_mean,
};
use nova_objects::Plugs;

/// The installed factories, and what they are plugged into.
///
/// A file names a factory by its Python name (`module:attribute`) or as an entry point of a
/// distribution (`egg:dist#name`); both are found here, and nowhere else.
#[derive(Clone, Default)]
pub struct Registry {
    installed: Vec<(&'static str, EntryPoint<Factory>)>,
    plugs: Plugs,
}

impl Registry {
    /// Nothing installed; factories will find `plugs`.
    pub fn new(plugs: Plugs) -> Self {
        Self { installed: Vec::new(), plugs }
    }

    /// Installs what the distribution `dist` offers, beside what it offered before.
    #[must_use]
    pub fn install(mut self, dist: &'static str, entry_points: &[EntryPoint<Factory>]) -> Self {
        self.installed.extend(entry_points.iter().map(|entry_point| (dist, *entry_point)));
        self
    }

    /// What the factories are plugged into.
    pub fn plugs(&self) -> &Plugs {
        &self.plugs
    }

    /// The factories called `target`: one, or several if an attribute is good for several things.
    pub(crate) fn by_target(
        &self,
        target: &Target,
    ) -> Result<Vec<EntryPoint<Factory>>, PasteError> {
        let Target { module, attribute } = target;
        let targets = || self.installed.iter().map(|(_, entry_point)| entry_point.target);
        let is_module = |target: &str| {
            let rest = target.strip_prefix(module.as_str());
            rest.is_some_and(|rest| rest.starts_with([':', '.']))
        };
        if !targets().any(is_module) {
            let modules = targets().filter_map(|target| Some(target.split_once(':')?.0));
            return Err(PasteError::from(Problem::ImportError { module: module.clone() })
                .advise(did_you_mean(module, modules)));
        }
        let Some(attribute) = attribute else {
            return Err(Problem::NotCallable { module: module.clone() }.into());
        };
        let name = format!("{module}:{attribute}");
        let called = self.installed.iter().map(|(_, entry_point)| *entry_point);
        let found: Vec<_> = called.filter(|entry_point| entry_point.target == name).collect();
        if found.is_empty() {
            let (module, attribute) = (module.clone(), attribute.clone());
            return Err(PasteError::from(Problem::AttributeError { module, attribute })
                .advise(did_you_mean(&name, targets())));
        }
        Ok(found)
    }

    /// The `object` that `dist` offers as `name`.
    pub(crate) fn by_name(
        &self,
        dist: &str,
        object: ObjectType,
        name: &str,
    ) -> Result<(Protocol, EntryPoint<Factory>), PasteError> {
        self.require(dist)?;
        let offer = |namespace: &str| {
            self.offers(dist)
                .find(|e| e.namespace == namespace && e.name == name && !name.is_empty())
        };
        let mut found = object.protocols().iter().filter_map(|synonyms| {
            synonyms.iter().find_map(|(group, protocol)| Some((*group, *protocol, offer(group)?)))
        });
        let Some((group, protocol, entry_point)) = found.next() else {
            let (dist, object) = (dist.to_owned(), object.as_str());
            let help = did_you_mean(name, self.offers(&dist).map(|e| e.name));
            let problem = Problem::EntryPointNotFound { dist, object, name: name.to_owned() };
            return Err(PasteError::from(problem).advise(help));
        };
        let others: Vec<_> = found.map(|(group, ..)| group).collect();
        if !others.is_empty() {
            let groups = [vec![group], others].concat();
            let (dist, name) = (dist.to_owned(), name.to_owned());
            return Err(Problem::AmbiguousEntryPoint { dist, name, groups }.into());
        }
        Ok((protocol, *entry_point))
    }

    /// Fails if `dist` is not installed.
    pub(crate) fn require(&self, dist: &str) -> Result<(), PasteError> {
        if self.offers(dist).next().is_some() {
            return Ok(());
        }
        let help = did_you_mean(dist, self.installed.iter().map(|(dist, _)| *dist));
        Err(PasteError::from(Problem::EggNotFound { dist: dist.to_owned() }).advise(help))
    }

    /// The names of distributions know no case.
    fn offers(&self, dist: &str) -> impl Iterator<Item = &EntryPoint<Factory>> {
        let of_dist = self.installed.iter().filter(|(name, _)| name.eq_ignore_ascii_case(dist));
        of_dist.map(|(_, entry_point)| entry_point)
    }
}

/// The Python name of a factory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) module: String,
    pub(crate) attribute: Option<String>,
}

impl Target {
    /// What a `paste.*_factory` says: `module:attribute`, both dotted if need be.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let bad = || Problem::BadTarget { target: text.to_owned() };
        let (module, attribute) = match text.split_once(':') {
            Some((module, attribute)) => (module.trim(), Some(attribute.trim())),
            None => (text.trim(), None),
        };
        let dotted = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
        };
        if !dotted(module) || !attribute.is_none_or(dotted) {
            return Err(bad());
        }
        Ok(Self { module: module.to_owned(), attribute: attribute.map(str::to_owned) })
    }

    /// What follows `call:`. Dots may stand in the module only.
    pub(crate) fn parse_call(spec: &str) -> Result<Self, Problem> {
        let Some((module, function)) = spec.split_once(':') else {
            return Err(Problem::BadCallFormat { spec: spec.to_owned() });
        };
        let (module, attribute) = (module.to_owned(), function.to_owned());
        if attribute.contains('.') {
            return Err(Problem::AttributeError { module, attribute });
        }
        Ok(Self { module, attribute: Some(attribute) })
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_target_is_a_module_and_what_is_in_it() {
        let target = Target::parse("nova.api : Klass.factory").unwrap();
        assert_eq!(target.module, "nova.api");
        assert_eq!(target.attribute.as_deref(), Some("Klass.factory"));
        for text in ["", "a b:c", "a:", ":c", "a:b:c"] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
    }
}
