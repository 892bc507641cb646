//! From names to contexts: which section of which file, or which factory, a name means
//! (`loadcontext`).

use crate::{
    GlobalConf, Loader, LocalConf, PasteConfig, PasteError,
    context::{Context, Made, What},
    object_type::ObjectType,
    registry::Target,
    section::SectionRef,
    trail::Step,
    uri::{Scheme, Uri, config_path, is_uri},
};

impl Loader<'_> {
    /// What `name`, a URI or the name of a section of `config`, means.
    pub(crate) fn context(
        &self,
        object: ObjectType,
        name: &str,
        config: &PasteConfig,
        global_conf: Option<&GlobalConf>,
    ) -> Result<Context, PasteError> {
        if is_uri(name) {
            return self.by_uri(object, name, config.folder.as_deref(), global_conf);
        }
        let section = SectionRef { config: config.clone(), index: config.find(object, name)? };
        self.trail.count_section()?;
        self.trail.enter(section.step(), || {
            let context = self.by_section(object, &section, global_conf);
            context.map_err(|error| error.at(section.header()))
        })
    }

    /// What a URI means; a relative file is looked for in `folder`.
    pub(crate) fn by_uri(
        &self,
        object: ObjectType,
        text: &str,
        folder: Option<&str>,
        global_conf: Option<&GlobalConf>,
    ) -> Result<Context, PasteError> {
        // ANCHOR: schemes
        let Uri { scheme, path, name } = Uri::parse(text)?;
        let made = match scheme {
            Scheme::Config => {
                let path = config_path(path, folder)?;
                let step = Step { file: path.clone(), name: text.to_owned() };
                return self.trail.enter(step, || self.by_file(object, &path, name, global_conf));
            }
            Scheme::Egg => {
                let (protocol, entry_point) = self.registry.by_name(path, object, name)?;
                Made { found: vec![entry_point], protocol: Some(protocol), place: None }
            }
            Scheme::Call => {
                let found = self.registry.by_target(&Target::parse_call(path)?)?;
                Made { found, protocol: None, place: None }
            }
        };
        // ANCHOR_END: schemes
        self.trail.count_section()?;
        let global_conf = global_conf.cloned().unwrap_or_default();
        self.trail.count_conf(&global_conf)?;
        Ok(Context {
            name: text.to_owned(),
            section: None,
            global_conf,
            local_conf: LocalConf::default(),
            what: What::Made(made),
        })
    }

    /// What `name` means in the file at `path`, which takes `global_conf` for defaults.
    fn by_file(
        &self,
        object: ObjectType,
        path: &str,
        name: &str,
        global_conf: Option<&GlobalConf>,
    ) -> Result<Context, PasteError> {
        self.trail.count_file()?;
        let config = PasteConfig::read(path)?;
        let config = global_conf.map_or(config.clone(), |more| config.with_defaults(more));
        self.context(object, name, &config, global_conf)
    }
}
