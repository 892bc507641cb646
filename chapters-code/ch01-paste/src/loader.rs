//! The face of it all: names and URIs in, apps out (`loadapp`, `loader.get_app`).

use crate::{
    App, AppGraph, Filter, GlobalConf, LocalConf, NodeKind, PasteConfig, PasteError, Registry,
    Server,
    context::Context,
    object_type::ObjectType,
    section::SectionRef,
    trail::{MAX_DEPTH, Trail, too_many},
    uri::is_uri,
};
use nova_objects::Plugs;
use std::{cell::RefCell, collections::HashSet, rc::Rc};

/// Loads apps, filters and servers, and says what it loaded.
///
/// The program that starts has one to begin with, and asks it to *load* something: by URI
/// (`config:/etc/nova/api-paste.ini#osapi_compute`), or, if it comes from
/// [`PasteConfig::loader`], by the name of a section. Each factory is handed another one, to *get*
/// what its section names.
///
/// ```
/// use nova_paste::{EntryPoint, PasteConfig, Registry, app_fn, body};
/// use nova_objects::Plugs;
///
/// let hello = EntryPoint::app("hello:app_factory", |_loader, _global_conf, _local_conf| {
///     Ok(app_fn(async |_request| Ok(http::Response::new(body("hello")))))
/// });
/// let registry = Registry::new(Plugs::default()).install("hello", &[hello]);
/// let config = PasteConfig::parse("hello.ini", "[app:main]\npaste.app_factory = hello:app_factory")?;
/// let (app, graph) = config.loader(&registry).load_app("main")?;
/// assert_eq!(graph.factory, Some("hello:app_factory"));
/// # drop(app);
/// # Ok::<(), nova_paste::PasteError>(())
/// ```
#[derive(Clone)]
pub struct Loader<'r> {
    pub(crate) registry: &'r Registry,
    pub(crate) trail: Rc<Trail>,
    /// The file whose sections are meant by names.
    config: Option<PasteConfig>,
    /// The folder that files are looked for in, where there is no such file.
    folder: Option<String>,
    global_conf: Option<GlobalConf>,
    /// The section whose factory asks.
    asking: Option<SectionRef>,
    children: Rc<RefCell<Vec<AppGraph>>>,
}

/// What an app would be told (`appconfig`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppConfig {
    /// What holds for the sections it asks for, too.
    pub global_conf: GlobalConf,
    /// What holds for itself.
    pub local_conf: LocalConf,
}

impl<'r> Loader<'r> {
    /// A loader that knows no file: it wants URIs.
    pub fn new(registry: &'r Registry) -> Self {
        Self {
            registry,
            trail: Rc::default(),
            config: None,
            folder: None,
            global_conf: None,
            asking: None,
            children: Rc::default(),
        }
    }

    /// The same loader, for names of sections of `config`.
    pub(crate) fn within(self, config: PasteConfig) -> Self {
        Self { config: Some(config), ..self }
    }

    /// The same loader, looking for relative files in `folder`.
    #[must_use]
    pub fn relative_to(&self, folder: &str) -> Self {
        let folder = Some(folder.to_owned()).filter(|folder| !folder.is_empty());
        Self { folder, ..self.clone() }
    }

    /// The same loader, which tells what it loads `global_conf`, too. A factory that is to pass
    /// on what its own section `set` says `loader.with_global_conf(global_conf).get_app(name)`,
    /// where Python says `loader.get_app(name, global_conf=global_conf)`.
    #[must_use]
    pub fn with_global_conf(&self, global_conf: &GlobalConf) -> Self {
        Self { global_conf: Some(global_conf.clone()), ..self.clone() }
    }

    /// Loads the app that `name` means, and says what it is made of (`loadapp`).
    ///
    /// # Errors
    ///
    /// The file or the section is not there, or something in it is wrong, or a factory fails.
    /// Sections that nobody asks for may say what they like.
    pub fn load_app(&self, name: &str) -> Result<(App, AppGraph), PasteError> {
        self.create_app(&self.load(ObjectType::App, name)?)
    }

    /// Loads a filter (`loadfilter`).
    ///
    /// # Errors
    ///
    /// As [`load_app`](Self::load_app).
    pub fn load_filter(&self, name: &str) -> Result<(Filter, AppGraph), PasteError> {
        self.create_filter(&self.load(ObjectType::Filter, name)?)
    }

    /// Loads a server (`loadserver`).
    ///
    /// # Errors
    ///
    /// As [`load_app`](Self::load_app).
    pub fn load_server(&self, name: &str) -> Result<(Server, AppGraph), PasteError> {
        self.create_server(&self.load(ObjectType::Server, name)?)
    }

    /// Says what the app would be told, without making it (`appconfig`).
    ///
    /// # Errors
    ///
    /// As [`load_app`](Self::load_app), except that no factory is called.
    pub fn app_config(&self, name: &str) -> Result<AppConfig, PasteError> {
        let Context { global_conf, local_conf, .. } = self.load(ObjectType::App, name)?;
        Ok(AppConfig { global_conf, local_conf })
    }

    /// The app of the section called `name`, in the file of the section that asks; or the app that
    /// a URI means.
    ///
    /// # Errors
    ///
    /// As [`load_app`](Self::load_app); the error points to where the asking section says `name`.
    pub fn get_app(&self, name: &str) -> Result<App, PasteError> {
        let context = self.get(ObjectType::App, name)?;
        let (app, graph) = self.create_app(&context)?;
        self.grow(name, graph);
        Ok(app)
    }

    /// The filter of the section called `name`, or the filter that a URI means.
    ///
    /// # Errors
    ///
    /// As [`get_app`](Self::get_app).
    pub fn get_filter(&self, name: &str) -> Result<Filter, PasteError> {
        self.one_more_filter()?;
        let context = self.get(ObjectType::Filter, name)?;
        let (filter, graph) = self.create_filter(&context)?;
        self.grow(name, graph);
        Ok(filter)
    }

    /// What the factories are plugged into.
    pub fn plugs(&self) -> &Plugs {
        self.registry.plugs()
    }

    /// What the caller of the whole load says of the global configuration counts as `[DEFAULT]`.
    fn load(&self, object: ObjectType, name: &str) -> Result<Context, PasteError> {
        self.trail.begin();
        let global_conf = self.global_conf.as_ref();
        match (&self.config, global_conf) {
            (Some(config), Some(more)) if !is_uri(name) => {
                self.context(object, name, &config.with_defaults(more), global_conf)
            }
            _ => self.get(object, name),
        }
    }

    fn get(&self, object: ObjectType, name: &str) -> Result<Context, PasteError> {
        let global_conf = self.global_conf.as_ref();
        let context = match &self.config {
            Some(config) => self.context(object, name, config, global_conf),
            None => self.by_uri(object, name, self.folder.as_deref(), global_conf),
        };
        let place = || self.asking.as_ref().map(|section| section.word(name));
        match context {
            Ok(context) => Ok(context.named_at(place)),
            Err(error) => Err(error.at(place())),
        }
    }

    /// The loader that a factory is handed.
    pub(crate) fn inside(&self, context: &Context) -> Self {
        Self {
            config: context.section.as_ref().map(|section| section.config.clone()),
            global_conf: None,
            asking: context.section.clone(),
            children: Rc::default(),
            ..self.clone()
        }
    }

    /// What the factory it was handed to has asked for.
    pub(crate) fn into_children(self) -> Vec<AppGraph> {
        self.children.take()
    }

    /// A section may ask for as many filters as a `[pipeline:]` may have: calls go through all of
    /// them, one inside the other.
    fn one_more_filter(&self) -> Result<(), PasteError> {
        let filter = |kind| matches!(kind, NodeKind::Filter | NodeKind::FilteredWith);
        let children = self.children.borrow();
        let filters = children.iter().filter(|child| filter(child.kind)).count();
        match &self.asking {
            Some(_) if filters >= MAX_DEPTH => Err(too_many(MAX_DEPTH, "filters around an app")),
            _ => Ok(()),
        }
    }

    fn grow(&self, name: &str, mut graph: AppGraph) {
        let mut children = self.children.borrow_mut();
        let taken: HashSet<&str> =
            children.iter().filter_map(|child| child.key.as_deref()).collect();
        let asking = self.asking.as_ref();
        let key = asking.and_then(|section| section.key_of(name, |key| taken.contains(key)));
        graph.key = key.map(str::to_owned);
        children.push(graph);
    }
}
