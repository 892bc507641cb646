//! Good bodies, as `bodies.txt` has them.

use crate::{
    routes::Way,
    running_cloud::{IMAGE, SERVER},
};
use serde_json::Value;

/// What the cloud has, under the names that the list uses.
const THINGS: [(&str, &str); 5] = [
    ("@server", SERVER),
    ("@image", IMAGE),
    ("@private", "10"),
    ("@aggregate", "1"),
    ("@inhabited", "2"),
];

/// A request that is all right.
#[derive(Clone, Debug)]
pub(crate) struct Good {
    pub(crate) method: &'static str,
    /// Where, with the names in it.
    path: &'static str,
    /// At which microversion.
    pub(crate) version: &'static str,
    /// With which body; `None`: with none.
    pub(crate) body: Option<Value>,
}

impl Good {
    /// All of them, by the list.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let blocks = include_str!("bodies.txt").split("\n\n");
        blocks.filter(|block| !block.starts_with('#')).map(Self::read)
    }

    fn read(block: &'static str) -> Self {
        let (line, body) = block.split_once('\n').unwrap_or((block, ""));
        let mut words = line.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let version = words.next().unwrap_or("2.1");
        let body = THINGS.iter().fold(body.to_owned(), |body, (name, id)| body.replace(name, id));
        let body = (!body.trim().is_empty()).then(|| serde_json::from_str(&body).expect(block));
        Self { method, path, version, body }
    }

    /// Where it goes.
    pub(crate) fn path(&self) -> String {
        THINGS.iter().fold(self.path.to_owned(), |path, (name, id)| path.replace(name, id))
    }

    /// The same place, but of something called `id`; `None` if it names nothing.
    pub(crate) fn path_of(&self, id: &str) -> Option<String> {
        let named = THINGS.iter().find(|(name, _)| self.path.contains(name));
        named.map(|(name, _)| self.path.replace(name, id))
    }

    /// The action that it asks for, or might.
    pub(crate) fn action(&self) -> Option<&str> {
        self.body.as_ref()?.as_object()?.keys().next().map(String::as_str)
    }

    /// Does it take `way`, and is its action known there?
    pub(crate) fn is_for(&self, way: &Way) -> bool {
        let known = || self.action().is_some_and(|name| way.actions.contains(&name));
        self.takes(way) && (way.actions.is_empty() || known())
    }

    /// Is this its way?
    pub(crate) fn takes(&self, way: &Way) -> bool {
        let (mine, theirs) = (self.path.split('/'), way.template.split('/'));
        way.method == self.method
            && mine.clone().count() == theirs.clone().count()
            && mine.zip(theirs).all(|(mine, theirs)| theirs.starts_with('{') || mine == theirs)
    }
}
