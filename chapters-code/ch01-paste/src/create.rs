//! From contexts to apps: here the factories are called (`LoaderContext.create`).

use crate::{
    App, AppGraph, EntryPoint, Factory, Filter, Loader, NodeKind, PasteError, Problem, Server,
    context::{Context, What},
    factory::Make,
    filter_hop::FilterHop,
    trail::{MAX_DEPTH, too_many},
};

/// Something a factory made, the factory, and what it asked for meanwhile.
type Product<T> = (T, EntryPoint<Factory>, AppGraph);

impl Loader<'_> {
    /// Makes an app.
    pub(crate) fn create_app(&self, context: &Context) -> Result<(App, AppGraph), PasteError> {
        match &context.what {
            What::Made(_) => {
                let (app, _, graph) = self.make(context, |factory| match factory {
                    Factory::App(make) => Some((make, NodeKind::App)),
                    Factory::Composite(make) => Some((make, NodeKind::Composite)),
                    Factory::Filter(_) | Factory::FilterApp(_) | Factory::Server(_) => None,
                })?;
                Ok((app, graph))
            }
            What::Pipeline { filters, app } => {
                self.trail.deeper(|| self.create_pipeline(context, filters, app))
            }
            What::FilterApp { filter, next } => self.trail.deeper(|| {
                let (app, below) = self.create_app(next)?;
                let (filter, above) = self.create_filter(filter)?;
                Ok((filter(app), AppGraph::new(context, NodeKind::FilterApp, vec![above, below])))
            }),
            What::FilteredWith { filter, next } => self.trail.deeper(|| {
                let (filter, above) = self.create_filter(filter)?;
                let (app, below) = match next.what {
                    What::Made(_) => self.create_app(next)?,
                    _ => return Err(no_app(context)),
                };
                let children = vec![above, below];
                Ok((filter(app), AppGraph::new(context, NodeKind::FilteredWith, children)))
            }),
        }
    }

    fn create_pipeline(
        &self,
        context: &Context,
        filters: &[Context],
        app: &Context,
    ) -> Result<(App, AppGraph), PasteError> {
        if filters.len() > MAX_DEPTH {
            return Err(too_many(MAX_DEPTH, "filters around an app"));
        }
        let (app, innermost) = self.create_app(app)?;
        let filters = filters.iter().map(|filter| self.create_filter(filter));
        let filters = filters.collect::<Result<Vec<_>, _>>()?;
        let (filters, mut children): (Vec<Filter>, Vec<_>) = filters.into_iter().unzip();
        children.push(innermost);
        let app = filters.into_iter().rev().fold(app, |app, filter| filter(app));
        Ok((app, AppGraph::new(context, NodeKind::Pipeline, children)))
    }

    /// Makes a filter. Each call of the app it will give passes through a hop.
    pub(crate) fn create_filter(
        &self,
        context: &Context,
    ) -> Result<(Filter, AppGraph), PasteError> {
        if let What::FilteredWith { filter, next } = &context.what {
            return self.trail.deeper(|| {
                let (outer, above) = self.create_filter(filter)?;
                let (inner, below) = self.create_filter(next)?;
                let both: Filter = Box::new(|app| outer(inner(app)));
                let children = vec![above, below];
                Ok((both, AppGraph::new(context, NodeKind::FilteredWith, children)))
            });
        }
        let (filter, entry_point, graph) = self.make(context, |factory| match factory {
            Factory::Filter(make) | Factory::FilterApp(make) => Some((make, NodeKind::Filter)),
            Factory::App(_) | Factory::Composite(_) | Factory::Server(_) => None,
        })?;
        Ok((FilterHop::around(filter, &context.name, entry_point.location), graph))
    }

    /// Makes a server.
    pub(crate) fn create_server(
        &self,
        context: &Context,
    ) -> Result<(Server, AppGraph), PasteError> {
        let (server, _, graph) = self.make(context, |factory| match factory {
            Factory::Server(make) => Some((make, NodeKind::Server)),
            _ => None,
        })?;
        Ok((server, graph))
    }

    /// Calls the factory that `pick` takes.
    fn make<T>(
        &self,
        context: &Context,
        pick: fn(Factory) -> Option<(Make<T>, NodeKind)>,
    ) -> Result<Product<T>, PasteError> {
        let What::Made(made) = &context.what else { return Err(no_app(context)) };
        let found = made.entry_point(&context.name, pick);
        let (entry_point, (make, kind)) = found.map_err(|error| error.at(made.place.clone()))?;
        let loader = self.inside(context);
        let call = || make(&loader, &context.global_conf, &context.local_conf);
        let product = self.trail.enter(context.step(), call);
        let product = product.map_err(|error| error.at(made.place.clone()))?;
        let mut graph = AppGraph::new(context, kind, loader.into_children());
        graph.factory = Some(entry_point.target);
        graph.location = Some(entry_point.location);
        Ok((product, entry_point, graph))
    }
}

/// `paste.deploy` makes a function of it that takes an app and gives one, and hands that function
/// out as the app.
fn no_app(context: &Context) -> PasteError {
    let section = context.section.as_ref();
    let name = section.map_or(context.name.as_str(), |section| section.name());
    PasteError::from(Problem::NotAnApp { section: name.to_owned() })
        .at(section.map(|section| section.part("filter-with", "filter-with")))
        .advise("name the filter first in a pipeline".to_owned())
}
