//! Finding the route of a request (`routes.Mapper.routematch`).
//!
//! Routes asks one regular expression, made of all routes, whether any fits, and then compares the
//! path with one route after the other. With all of Nova's that is 1,700 comparisons for a path
//! that is asked for with the wrong method. Here matchit walks down its tree once and comes back
//! with a shelf: for a shape such as `/servers/{}`, all routes that could want a path of that
//! shape, in their order. There are few of them, and they are tried as Routes tries them.

use crate::{
    Args, MapperError, Route,
    pattern::{Pattern, Regexes, Shape},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

/// All routes, and the index that finds them.
pub struct RouteMap {
    routes: Vec<(Arc<Route>, Pattern)>,
    shelves: matchit::Router<Shelf>,
    /// Where paths go whose shape is nowhere: the routes that have none.
    shapeless: Vec<usize>,
}

/// The routes for the paths of one shape, by their numbers. Filled when first asked for.
struct Shelf {
    shape: Shape,
    routes: OnceLock<Vec<usize>>,
}

/// A route that fits a request.
pub struct Match {
    /// The route.
    pub route: Arc<Route>,
    /// What its variables stand for, `action` among them.
    pub args: Args,
}

impl RouteMap {
    pub(crate) fn new(routes: Vec<Route>) -> Result<Self, MapperError> {
        let mut regexes = Regexes::default();
        let compile = |route: Route| {
            route.check()?;
            let pattern = Pattern::compile(&route, &mut regexes)?;
            Ok((Arc::new(route), pattern))
        };
        let routes: Vec<_> = routes.into_iter().map(compile).collect::<Result<_, _>>()?;
        let shapes = routes.iter().filter_map(|(route, p)| Some((p.shape()?, route.path())));
        let mut shelves = matchit::Router::new();
        for (shape, path) in shapes.collect::<BTreeMap<_, _>>() {
            let index =
                shelves.insert(index_path(&shape), Shelf { shape, routes: OnceLock::new() });
            index.map_err(|source| MapperError::Index { path: path.to_owned(), source })?;
        }
        let shapeless = numbers(&routes, |pattern| pattern.shape().is_none());
        Ok(Self { routes, shelves, shapeless })
    }

    // ANCHOR: routematch
    /// The first route that fits `method` and `path`.
    pub fn routematch(&self, method: &str, path: &str) -> Option<Match> {
        self.shelf(path).iter().find_map(|number| {
            let (route, pattern) = &self.routes[*number];
            if !route.allows(method) {
                return None;
            }
            let args = route.with_defaults(pattern.args(path)?);
            Some(Match { route: Arc::clone(route), args })
        })
    }

    fn shelf(&self, path: &str) -> &[usize] {
        match self.shelves.at(path) {
            Ok(found) => self.fill(found.value),
            Err(_) => &self.shapeless,
        }
    }

    fn fill<'s>(&self, shelf: &'s Shelf) -> &'s [usize] {
        let fill = || numbers(&self.routes, |pattern| pattern.may_fit(&shelf.shape));
        shelf.routes.get_or_init(fill)
    }
    // ANCHOR_END: routematch

    /// The routes that are tried for `path`, in that order, until one fits.
    pub fn candidates(&self, path: &str) -> impl Iterator<Item = &Arc<Route>> {
        self.shelf(path).iter().map(|number| &self.routes[*number].0)
    }

    /// The routes, in the order in which they are tried.
    pub fn routes(&self) -> impl Iterator<Item = &Arc<Route>> {
        self.routes.iter().map(|(route, _)| route)
    }
}

fn numbers(routes: &[(Arc<Route>, Pattern)], wanted: impl Fn(&Pattern) -> bool) -> Vec<usize> {
    (0..routes.len()).filter(|number| wanted(&routes[*number].1)).collect()
}

/// The shape in matchit's language, where a brace in a text is written twice.
fn index_path(shape: &Shape) -> String {
    let segment = |segment: &Option<String>| match segment {
        Some(text) => format!("/{}", text.replace('{', "{{").replace('}', "}}")),
        None => "/{_}".to_owned(),
    };
    shape.iter().map(segment).collect()
}
