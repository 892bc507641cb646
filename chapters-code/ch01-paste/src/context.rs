//! What a name turned out to mean, before anything is made (`LoaderContext`).

use crate::{
    EntryPoint, Factory, GlobalConf, LocalConf, PasteError, Place, Problem, object_type::Protocol,
    section::SectionRef, trail::Step,
};

/// Everything that is needed to make an app, a filter or a server.
pub(crate) struct Context {
    /// The name of the section without its prefix, or the URI it was asked for by.
    pub(crate) name: String,
    /// The section, unless a URI led straight to the factory.
    pub(crate) section: Option<SectionRef>,
    pub(crate) global_conf: GlobalConf,
    pub(crate) local_conf: LocalConf,
    pub(crate) what: What,
}

/// How it is made.
pub(crate) enum What {
    /// A factory makes it.
    Made(Made),
    /// Filters around an app, the first outermost.
    Pipeline { filters: Vec<Context>, app: Box<Context> },
    /// A section that is a filter and names what it filters.
    FilterApp { filter: Box<Context>, next: Box<Context> },
    /// A section that names the filter around it.
    FilteredWith { filter: Box<Context>, next: Box<Context> },
}

/// A factory, as it was found.
pub(crate) struct Made {
    /// One, or several if its name stands for several kinds.
    pub(crate) found: Vec<EntryPoint<Factory>>,
    /// The kind that is wanted, once it is known.
    pub(crate) protocol: Option<Protocol>,
    /// Where it is named.
    pub(crate) place: Option<Place>,
}

impl Context {
    /// Takes in what the section says that uses this one.
    pub(crate) fn add(&mut self, additions: &GlobalConf, local_conf: &LocalConf) {
        match &mut self.what {
            What::Made(_) | What::Pipeline { .. } => {}
            What::FilterApp { filter, .. } => filter.add(additions, local_conf),
            What::FilteredWith { next, .. } => next.add(additions, local_conf),
        }
        self.global_conf.extend(additions.clone());
        self.local_conf.update(local_conf.0.clone());
    }

    /// The same; a factory that a URI led to is named at `place`.
    pub(crate) fn named_at(mut self, place: impl FnOnce() -> Option<Place>) -> Self {
        if let What::Made(made) = &mut self.what {
            made.place = made.place.take().or_else(place);
        }
        self
    }

    /// What a trail calls it.
    pub(crate) fn step(&self) -> Step {
        match &self.section {
            Some(section) => section.step(),
            None => Step { file: String::new(), name: self.name.clone() },
        }
    }
}

impl Made {
    /// The factory of the kind that is wanted, and what `pick` makes of it.
    pub(crate) fn entry_point<P>(
        &self,
        name: &str,
        pick: fn(Factory) -> Option<P>,
    ) -> Result<(EntryPoint<Factory>, P), PasteError> {
        let target = || self.found.first().map_or("", |found| found.target).to_owned();
        let Some(wanted) = self.protocol else {
            return Err(Problem::UnknownProtocol { target: target() }.into());
        };
        let kind = |found: &EntryPoint<Factory>| Protocol::of_factory(found.load);
        let mut fitting = self.found.iter().filter(|found| kind(found) == wanted);
        let picked = fitting.find_map(|found| Some((*found, pick(found.load)?)));
        picked.ok_or_else(|| {
            let makes = self.found.first().map_or(wanted, kind).as_str();
            let problem =
                Problem::WrongFactory { target: target(), makes, wanted: wanted.as_str() };
            PasteError::from(problem).advise(format!("its section would be [{makes}:{name}]"))
        })
    }
}
