//! A configuration file, as PasteDeploy sees it (`ConfigLoader`).

use crate::{
    GlobalConf, Ini, Loader, PasteError, Problem, Registry, Source,
    object_type::ObjectType,
    suggestion::did_you_mean,
    uri::{folder, normalize},
};
use std::sync::Arc;

/// A configuration file and what its sections have in common.
///
/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct PasteConfig {
    pub(crate) ini: Arc<Ini>,
    /// `[DEFAULT]`, `here`, `__file__` and what the caller added, before interpolation.
    pub(crate) defaults: Arc<GlobalConf>,
    /// Where files named by its sections are looked for; a text in memory has no such place.
    pub(crate) folder: Option<String>,
}

impl PasteConfig {
    /// Reads the file at `path`. Its sections will know the path as `%(__file__)s`, and its
    /// folder as `%(here)s`.
    ///
    /// # Errors
    ///
    /// There is no such file, it is longer than 1 MiB, or it is not in the dialect of
    /// [`Ini`].
    pub fn read(path: &str) -> Result<Self, PasteError> {
        let source = Source::read(path)?;
        let absolute =
            std::path::absolute(path).map_err(|error| Source::cannot_read(path, &error))?;
        let file = normalize(&absolute.to_string_lossy());
        let ini = Ini::parse(source)?;
        Ok(Self { folder: Some(folder(&file).to_owned()), ..Self::new(ini, file) })
    }

    /// Takes `text` for a file called `name`: a configuration that is built into a program, say.
    /// Its sections can name no other files.
    ///
    /// # Errors
    ///
    /// `text` is not in the dialect of [`Ini`].
    pub fn parse(name: &str, text: &str) -> Result<Self, PasteError> {
        Ok(Self::new(Ini::parse(Source::new(name, text))?, name.to_owned()))
    }

    fn new(ini: Ini, file: String) -> Self {
        let mut defaults = GlobalConf::new();
        defaults.insert("here".to_owned(), folder(&file).to_owned());
        defaults.insert("__file__".to_owned(), file);
        let own = ini.defaults().settings.iter();
        defaults.extend(own.map(|setting| (setting.key.clone(), setting.value.clone())));
        Self { ini: Arc::new(ini), defaults: Arc::new(defaults), folder: None }
    }

    /// A loader that takes names for sections of this file.
    pub fn loader<'r>(&self, registry: &'r Registry) -> Loader<'r> {
        Loader::new(registry).within(self.clone())
    }

    /// The same file with more in `[DEFAULT]`, where it has no such key itself.
    pub(crate) fn with_defaults(&self, more: &GlobalConf) -> Self {
        let mut defaults = more.clone();
        defaults.extend(self.defaults.iter().map(|(key, value)| (key.clone(), value.clone())));
        Self { defaults: Arc::new(defaults), ..self.clone() }
    }

    /// The section that says how to make the `object` called `name`: its number among
    /// [`Ini::sections`] (`find_config_section`).
    pub(crate) fn find(&self, object: ObjectType, name: &str) -> Result<usize, PasteError> {
        let sections = self.ini.sections().iter().enumerate();
        let split = sections.filter_map(|(i, section)| Some((i, split(&section.name)?)));
        let named = split.filter(|(_, (_, own))| *own == name);
        let named: Vec<(usize, &str)> = named.map(|(i, (prefix, _))| (i, prefix)).collect();
        let with_prefix = |prefix: &str| {
            let sections = named.iter().filter(|(_, own)| *own == prefix);
            sections.map(|(i, _)| *i).collect::<Vec<_>>()
        };
        let first_synonym = |synonyms: &&[&str]| {
            let mut found = synonyms.iter().map(|prefix| with_prefix(prefix));
            found.find(|sections| !sections.is_empty())
        };
        let found = object.prefixes().iter().filter_map(first_synonym);
        match found.flatten().collect::<Vec<_>>()[..] {
            [one] => Ok(one),
            [] => Err(self.no_section(object, name)),
            ref several => {
                let header = |i: &usize| format!("[{}]", self.ini.sections()[*i].name);
                let sections = several.iter().map(header).collect();
                Err(Problem::AmbiguousSection { name: name.to_owned(), sections }.into())
            }
        }
    }

    fn no_section(&self, object: ObjectType, name: &str) -> PasteError {
        let fits = |prefix: &str| object.prefixes().iter().flat_map(|p| *p).any(|p| *p == prefix);
        let sections = || self.ini.sections().iter();
        let other_kind = sections().find(|s| split(&s.name).is_some_and(|(_, n)| n == name));
        let names = sections().filter_map(|s| split(&s.name)).filter(|(prefix, _)| fits(prefix));
        let help = match other_kind {
            Some(section) => {
                Some(format!("there is [{}], which is no {}", section.name, object.as_str()))
            }
            None => did_you_mean(name, names.map(|(_, name)| name))
                .or_else(|| Some(format!("looked in {}", self.ini.source().name()))),
        };
        PasteError::from(Problem::NoSection { name: name.to_owned(), object: object.as_str() })
            .advise(help)
    }
}

/// The prefix and the name of a section.
pub(crate) fn split(section: &str) -> Option<(&str, &str)> {
    section.split_once(':').map(|(prefix, name)| (prefix, name.trim()))
}
