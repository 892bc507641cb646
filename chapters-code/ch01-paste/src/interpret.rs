//! From sections to contexts: what a section means, by its kind and by what it says
//! (`ConfigLoader.get_context`).

use crate::{
    GlobalConf, Loader, PasteError, Problem,
    context::{Context, Made, What},
    object_type::{ObjectType, Protocol},
    registry::Target,
    section::{SectionConf, SectionRef},
};

/// What a section says, and for which object it is asked.
struct Said {
    section: SectionRef,
    object: ObjectType,
    conf: SectionConf,
}

impl Said {
    /// The section as a context of its own.
    fn context(self, what: What) -> Context {
        Context {
            name: self.section.short_name().to_owned(),
            section: Some(self.section),
            global_conf: self.conf.global_conf,
            local_conf: self.conf.local_conf,
            what,
        }
    }
}

impl Loader<'_> {
    /// What a section that is asked for as an `object` means.
    pub(crate) fn by_section(
        &self,
        object: ObjectType,
        section: &SectionRef,
        global_conf: Option<&GlobalConf>,
    ) -> Result<Context, PasteError> {
        let mut conf = section.read(global_conf, &self.trail)?;
        let filter_with = match object {
            ObjectType::App | ObjectType::Filter => conf.local_conf.remove("filter-with"),
            ObjectType::Server => None,
        };
        for dist in conf.local_conf.remove("require").unwrap_or_default().split_whitespace() {
            let required = self.registry.require(dist);
            required.map_err(|error| error.at(section.part("require", dist)))?;
        }
        let global_conf = conf.global_conf.clone();
        let said = Said { section: section.clone(), object, conf };
        let next = match section.prefix() {
            "pipeline" => self.pipeline(said),
            "filter-app" => self.filter_app(said),
            _ => self.made(said),
        }?;
        let Some(name) = filter_with else { return Ok(next) };
        let filter = self.named(ObjectType::Filter, &name, "filter-with", section, &global_conf)?;
        let (filter, next) = (Box::new(filter), Box::new(next));
        Ok(Context {
            name: next.name.clone(),
            section: Some(section.clone()),
            global_conf: next.global_conf.clone(),
            local_conf: next.local_conf.clone(),
            what: What::FilteredWith { filter, next },
        })
    }

    /// `[pipeline:]`: names of filters, and of the app inside them.
    fn pipeline(&self, mut said: Said) -> Result<Context, PasteError> {
        let section = said.section.name().to_owned();
        let pipeline = said.conf.local_conf.remove("pipeline");
        let pipeline = pipeline.ok_or(Problem::MissingPipeline { section })?;
        let keys: Vec<_> = said.conf.local_conf.iter().map(|(key, _)| key.to_owned()).collect();
        if let Some(first) = keys.first() {
            let place = said.section.part(first, first);
            return Err(PasteError::from(Problem::ExtraPipelineSettings { keys }).at(place));
        }
        let names: Vec<&str> = pipeline.split_whitespace().collect();
        let Some((last, filters)) = names.split_last() else {
            let place = said.section.part("pipeline", "pipeline");
            return Err(PasteError::from(Problem::EmptyPipeline).at(place));
        };
        let named = |object, name: &str| {
            self.named(object, name, "pipeline", &said.section, &said.conf.global_conf)
        };
        let app = Box::new(named(ObjectType::App, last)?);
        let filters = filters.iter().map(|name| named(ObjectType::Filter, name));
        let filters = filters.collect::<Result<_, _>>()?;
        Ok(said.context(What::Pipeline { filters, app }))
    }

    /// `[filter-app:]`: a filter, and `next`, which it filters.
    fn filter_app(&self, mut said: Said) -> Result<Context, PasteError> {
        let next = said.conf.local_conf.remove("next");
        let section = said.section.name().to_owned();
        let next = next.ok_or(Problem::MissingNext { section })?;
        let global_conf = said.conf.global_conf.clone();
        let next = self.named(ObjectType::App, &next, "next", &said.section, &global_conf)?;
        let section = said.section.clone();
        let filter = self.made(Said { object: ObjectType::Filter, ..said })?;
        Ok(Context {
            name: filter.name.clone(),
            section: Some(section),
            global_conf,
            local_conf: filter.local_conf.clone(),
            what: What::FilterApp { filter: Box::new(filter), next: Box::new(next) },
        })
    }

    /// What `key` of `section` names.
    fn named(
        &self,
        object: ObjectType,
        name: &str,
        key: &str,
        section: &SectionRef,
        global_conf: &GlobalConf,
    ) -> Result<Context, PasteError> {
        let place = || Some(section.part(key, name));
        match self.context(object, name, &section.config, Some(global_conf)) {
            Ok(context) => Ok(context.named_at(place)),
            Err(error) => Err(error.at(place())),
        }
    }

    /// A section whose thing a factory makes.
    fn made(&self, mut said: Said) -> Result<Context, PasteError> {
        match said.conf.local_conf.remove("use") {
            Some(name) => self.used(said, &name),
            None => self.explicit(said),
        }
    }

    /// `use = name`: as `name` says, except for what is said here.
    fn used(&self, said: Said, name: &str) -> Result<Context, PasteError> {
        let Said { section, object, conf } = said;
        let mut context = self.named(object, name, "use", &section, &conf.global_conf)?;
        let file = conf.global_conf.get_key_value("__file__");
        let mut additions = conf.additions;
        additions.extend(file.map(|(key, file)| (key.clone(), file.clone())));
        context.add(&additions, &conf.local_conf);
        if let What::Made(made) = &mut context.what {
            made.protocol = made.protocol.or(Protocol::of_prefix(section.prefix()));
        }
        context.name = section.short_name().to_owned();
        context.section = Some(section);
        Ok(context)
    }

    /// `paste.app_factory = module:attribute` and its kin.
    fn explicit(&self, mut said: Said) -> Result<Context, PasteError> {
        let local_conf = &said.conf.local_conf;
        let given = |synonyms: &&[(&'static str, Protocol)]| {
            synonyms.iter().copied().find(|(key, _)| local_conf.get(key).is_some())
        };
        let given: Vec<_> = said.object.protocols().iter().filter_map(given).collect();
        let section = said.section.name().to_owned();
        let (key, protocol) = match given[..] {
            [one] => one,
            [] => return Err(no_loader(section, said.object)),
            _ => {
                let keys = given.iter().map(|(key, _)| *key).collect();
                return Err(Problem::MultipleProtocols { section, keys }.into());
            }
        };
        let target = said.conf.local_conf.remove(key).unwrap_or_default();
        let place = said.section.part(key, &target);
        let found = Target::parse(&target).map_err(PasteError::from);
        let found = found.and_then(|target| self.registry.by_target(&target));
        let found = found.map_err(|error| error.at(place.clone()))?;
        Ok(said.context(What::Made(Made { found, protocol: Some(protocol), place: Some(place) })))
    }
}

fn no_loader(section: String, object: ObjectType) -> PasteError {
    let key = object.protocols()[0][0].0;
    PasteError::from(Problem::NoLoader { section })
        .advise(format!("say `use = ...` or `{key} = module:attribute`"))
}
