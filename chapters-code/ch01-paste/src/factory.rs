//! Factories: what turns a section of the file into an app, a filter or a server.

use crate::{App, EntryPoint, Filter, Loader, PasteError};
use std::collections::BTreeMap;

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

    /// Keys and values, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// `paste.app_factory`, and `paste.composite_factory` too: that one differs only in that it asks
/// the loader for other apps.
pub type AppFactory = fn(&Loader<'_>, &GlobalConf, &LocalConf) -> Result<App, PasteError>;

/// `paste.filter_factory`.
pub type FilterFactory = fn(&Loader<'_>, &GlobalConf, &LocalConf) -> Result<Filter, PasteError>;

/// `paste.filter_app_factory`: a filter whose app is known when it is made.
pub type FilterAppFactory =
    fn(App, &Loader<'_>, &GlobalConf, &LocalConf) -> Result<App, PasteError>;

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
    /// Makes an app that filters another.
    FilterApp(FilterAppFactory),
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
