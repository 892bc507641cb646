//! What a section says, once its references are replaced and its `set`s and `get`s are done
//! (the first half of `ConfigLoader.get_context`).

use crate::{
    GlobalConf, LocalConf, PasteConfig, PasteError, Place, Problem,
    config::split,
    ini::{Section, Setting},
    interpolation::Interpolation,
    trail::{Step, Trail},
};
use std::collections::{HashMap, HashSet};

/// A section of a file.
#[derive(Clone, Debug)]
pub(crate) struct SectionRef {
    pub(crate) config: PasteConfig,
    pub(crate) index: usize,
}

/// What a section says.
pub(crate) struct SectionConf {
    /// What holds for this section and those it asks for.
    pub(crate) global_conf: GlobalConf,
    /// The part of it that this section sets itself.
    pub(crate) additions: GlobalConf,
    /// What holds for this section only.
    pub(crate) local_conf: LocalConf,
}

impl SectionRef {
    /// What stands between the brackets.
    pub(crate) fn name(&self) -> &str {
        &self.section().name
    }

    /// The same without the prefix.
    pub(crate) fn short_name(&self) -> &str {
        split(self.name()).map_or(self.name(), |(_, name)| name)
    }

    /// What stands before the colon.
    pub(crate) fn prefix(&self) -> &str {
        split(self.name()).map_or("", |(prefix, _)| prefix)
    }

    /// What a trail calls it.
    pub(crate) fn step(&self) -> Step {
        let file = self.config.ini.source().name().to_owned();
        Step { file, name: format!("[{}]", self.name()) }
    }

    /// The first key whose value is `value`, of those that are not `taken`.
    pub(crate) fn key_of(&self, value: &str, taken: impl Fn(&str) -> bool) -> Option<&str> {
        let settings = self.section().settings.iter().filter(|setting| setting.value == value);
        settings.map(|setting| setting.key.as_str()).find(|key| !taken(key))
    }

    /// Where the header stands.
    pub(crate) fn header(&self) -> Place {
        self.config.ini.header(self.section())
    }

    /// Where the setting `key` says `part`; the header, if there is no such setting.
    pub(crate) fn part(&self, key: &str, part: &str) -> Place {
        let setting = self.section().settings.iter().find(|setting| setting.key == key);
        setting.map_or_else(|| self.header(), |setting| self.config.ini.part(setting, part))
    }

    /// Where any value is `word` or has it in it; the header, if none has.
    pub(crate) fn word(&self, word: &str) -> Place {
        let says = |setting: &&Setting| {
            setting.value == word || setting.value.split_whitespace().any(|w| w == word)
        };
        let setting = self.section().settings.iter().find(says);
        setting.map_or_else(|| self.header(), |setting| self.config.ini.part(setting, word))
    }

    /// Replaces references and sorts the settings: `set x` goes to the global configuration,
    /// `get x` comes from there, and a key that `[DEFAULT]` has too is nothing of this section's
    /// own. `asked` is the global configuration of whoever asks for the section.
    ///
    /// # Errors
    ///
    /// A reference leads nowhere, a `get` finds nothing, or all that `trail` has counted so far
    /// is too long.
    pub(crate) fn read(
        &self,
        asked: Option<&GlobalConf>,
        trail: &Trail,
    ) -> Result<SectionConf, PasteError> {
        let mut global_conf = self.defaults(trail)?;
        let values = self.values();
        let references = Interpolation::new(|name: &str| values.get(name).copied(), trail);
        let (mut additions, mut local, mut gets) = (GlobalConf::new(), Vec::new(), Vec::new());
        // ANCHOR: settings
        for key in self.keys() {
            trail.count_text(key)?;
            let value = || {
                let expanded = references.expand(values.get(key).copied().unwrap_or_default());
                expanded.map_err(|problem| self.blame(problem, key))
            };
            if let Some(name) = key.strip_prefix("set ") {
                additions.insert(name.trim().to_owned(), value()?);
            } else if let Some(name) = key.strip_prefix("get ") {
                gets.push((key, name.trim().to_owned(), value()?));
            } else if !global_conf.contains_key(key) {
                local.push((key.to_owned(), value()?));
            }
        }
        // ANCHOR_END: settings
        global_conf.extend(asked.cloned().unwrap_or_default());
        global_conf.extend(additions.clone());
        trail.count_conf(&global_conf)?;
        let mut local_conf = LocalConf(local);
        local_conf.update(self.get(gets, &global_conf, trail)?);
        Ok(SectionConf { global_conf, additions, local_conf })
    }

    /// The values that `get` fetches from the global configuration.
    fn get(
        &self,
        gets: Vec<(&str, String, String)>,
        global_conf: &GlobalConf,
        trail: &Trail,
    ) -> Result<Vec<(String, String)>, PasteError> {
        let fetch = |(key, name, global): (&str, String, String)| {
            let missing = || PasteError::key_error(&global).at(self.part(key, &global));
            let value = global_conf.get(&global).ok_or_else(missing)?;
            trail.count_text(value)?;
            Ok((name, value.clone()))
        };
        gets.into_iter().map(fetch).collect()
    }

    fn section(&self) -> &Section {
        &self.config.ini.sections()[self.index]
    }

    /// The keys of the section, and then those that only the defaults have.
    fn keys(&self) -> Vec<&str> {
        let own = self.section().settings.iter().map(|setting| setting.key.as_str());
        let mut keys: Vec<&str> = own.collect();
        let seen: HashSet<&str> = keys.iter().copied().collect();
        keys.extend(self.config.defaults.keys().map(String::as_str).filter(|k| !seen.contains(k)));
        keys
    }

    /// What a reference can refer to.
    fn values(&self) -> HashMap<&str, &str> {
        let defaults = self.config.defaults.iter().map(|(key, raw)| (key.as_str(), raw.as_str()));
        let own = self.section().settings.iter().map(|s| (s.key.as_str(), s.value.as_str()));
        defaults.chain(own).collect()
    }

    /// The defaults, with their references to each other replaced.
    fn defaults(&self, trail: &Trail) -> Result<GlobalConf, PasteError> {
        let raw = &self.config.defaults;
        let lookup = |name: &str| raw.get(name).map(String::as_str);
        let references = Interpolation::new(lookup, trail);
        let expand = |(key, value): (&String, &String)| match references.expand(value) {
            Ok(value) => Ok((key.clone(), value)),
            Err(problem) => Err(self.blame(problem, key)),
        };
        raw.iter().map(expand).collect()
    }

    /// The error of a reference in the value of `key`, here or in `[DEFAULT]`.
    fn blame(&self, problem: Problem, key: &str) -> PasteError {
        let part = match &problem {
            Problem::InterpolationMissingOption { name } => format!("%({name})s"),
            Problem::InterpolationSyntax { found } => {
                found.lines().next().unwrap_or_default().to_owned()
            }
            _ => key.to_owned(),
        };
        let ini = &self.config.ini;
        let mut settings = self.section().settings.iter().chain(&ini.defaults().settings);
        let place = settings.find(|s| s.key == key).map(|setting| ini.part(setting, &part));
        PasteError::from(problem).at(place)
    }
}
