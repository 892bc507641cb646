//! Factories: what turns a section of the file into an app, a filter or a server.

use crate::{App, EntryPoint, Filter, Loader, PasteError};
use std::collections::{BTreeMap, HashMap};

/// What all sections share: `[DEFAULT]`, and what the caller of the loader added.
pub type GlobalConf = BTreeMap<String, String>;

/// What one section says, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalConf(pub Vec<(String, String)>);

impl LocalConf {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Puts `others` in: a key that is there keeps its place, a new one comes last.
    pub(crate) fn update(&mut self, others: impl IntoIterator<Item = (String, String)>) {
        let places = self.0.iter().enumerate().map(|(place, (key, _))| (key.clone(), place));
        let mut places: HashMap<String, usize> = places.collect();
        for (key, value) in others {
            match places.get(&key) {
                Some(place) => self.0[*place].1 = value,
                None => {
                    places.insert(key.clone(), self.0.len());
                    self.0.push((key, value));
                }
            }
        }
    }

    /// Takes `key` out, and gives what it said.
    pub(crate) fn remove(&mut self, key: &str) -> Option<String> {
        let place = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(place).1)
    }

    /// Keys and values, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// Makes a thing of what its section says; the loader is there to ask for other sections.
pub(crate) type Make<T> = fn(&Loader<'_>, &GlobalConf, &LocalConf) -> Result<T, PasteError>;

/// `paste.app_factory`, and `paste.composite_factory` too: that one differs only in that it asks
/// the loader for other apps.
pub type AppFactory = fn(&Loader<'_>, &GlobalConf, &LocalConf) -> Result<App, PasteError>;

/// `paste.filter_factory`, and `paste.filter_app_factory` too: Python hands that one its app
/// together with the configuration, but a closure can wait for it.
pub type FilterFactory = fn(&Loader<'_>, &GlobalConf, &LocalConf) -> Result<Filter, PasteError>;

/// `paste.server_factory`: what serves an app.
pub type ServerFactory = fn(&Loader<'_>, &GlobalConf, &LocalConf) -> Result<Server, PasteError>;

/// What a server factory gives: something to hand an app to.
pub type Server = Box<dyn FnOnce(App) -> Serving + Send>;

/// A server at work, until it is done.
pub type Serving = std::pin::Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>;

/// A factory of any kind: which one it is decides which sections may name it.
#[derive(Clone, Copy)]
pub enum Factory {
    /// Makes an app.
    App(AppFactory),
    /// Makes an app out of other sections.
    Composite(AppFactory),
    /// Makes a filter.
    Filter(FilterFactory),
    /// Makes a filter, which Python calls with its app at once.
    FilterApp(FilterFactory),
    /// Makes a server.
    Server(ServerFactory),
}

impl EntryPoint<Factory> {
    /// An app factory, reached by its Python name: `module:attribute`.
    #[track_caller]
    pub const fn app(target: &'static str, factory: AppFactory) -> Self {
        Self::new("paste.app_factory", "", target, Factory::App(factory))
    }

    /// A composite factory, reached by its Python name.
    #[track_caller]
    pub const fn composite(target: &'static str, factory: AppFactory) -> Self {
        Self::new("paste.composite_factory", "", target, Factory::Composite(factory))
    }

    /// A filter factory, reached by its Python name.
    #[track_caller]
    pub const fn filter(target: &'static str, factory: FilterFactory) -> Self {
        Self::new("paste.filter_factory", "", target, Factory::Filter(factory))
    }
}
