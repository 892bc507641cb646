//! What was loaded, as a tree to look at.

use crate::{GlobalConf, LocalConf, context::Context};
use serde::{Serialize, Serializer};
use std::{fmt, panic::Location};

/// An app, filter or server that was loaded, with what it was made of.
///
/// A loader grows it while factories ask for apps and filters, so it shows what is there, not what
/// a file says could be. As text it is a tree, one line a node:
///
/// ```text
/// composite main             urlmap:urlmap_factory
/// └─ /v1: composite router_v1  router_v1:app_factory
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct AppGraph {
    /// The section's name without its prefix, or the URI that led to the factory.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// The key of the section above whose value is this name, where there is one: `/v2.1`.
    pub key: Option<String>,
    /// The section, as between its brackets.
    pub section: Option<String>,
    /// Where the section begins: `api-paste.ini:12`.
    pub place: Option<String>,
    /// The Python name of the factory, where one was called.
    pub factory: Option<&'static str>,
    /// Where our source defines that factory.
    #[serde(serialize_with = "file_and_line")]
    pub location: Option<&'static Location<'static>>,
    /// What it was told that holds for the sections below too.
    pub global_conf: GlobalConf,
    /// What it was told that holds for itself.
    #[serde(serialize_with = "as_map")]
    pub local_conf: LocalConf,
    /// What it asked for, in this order; of a pipeline, in the order in which a request passes.
    pub children: Vec<Self>,
}

/// What a node of an [`AppGraph`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// An app, made by a factory.
    App,
    /// An app that a factory made of others.
    Composite,
    /// A filter, made by a factory.
    Filter,
    /// A server, made by a factory.
    Server,
    /// Filters and an app, as `[pipeline:]` lists them.
    Pipeline,
    /// A filter and an app, as `[filter-app:]` joins them.
    FilterApp,
    /// A filter and what it filters, as `filter-with` joins them.
    FilteredWith,
}

impl AppGraph {
    pub(crate) fn new(context: &Context, kind: NodeKind, children: Vec<Self>) -> Self {
        let section = context.section.as_ref();
        Self {
            name: context.name.clone(),
            kind,
            key: None,
            section: section.map(|section| section.name().to_owned()),
            place: section.map(|section| section.header().to_string()),
            factory: None,
            location: None,
            global_conf: context.global_conf.clone(),
            local_conf: context.local_conf.clone(),
            children,
        }
    }

    fn label(&self) -> String {
        let key = self.key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default();
        format!("{key}{} {}", self.kind, self.name)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, first: &str, rest: &str) -> fmt::Result {
        let label = format!("{first}{}", self.label());
        match self.factory {
            Some(factory) => writeln!(f, "{label:<40}  {factory}")?,
            None => writeln!(f, "{label}")?,
        }
        let Some((last, others)) = self.children.split_last() else { return Ok(()) };
        for child in others {
            child.write(f, &format!("{rest}├─ "), &format!("{rest}│  "))?;
        }
        last.write(f, &format!("{rest}└─ "), &format!("{rest}   "))
    }
}

impl fmt::Display for AppGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "", "")
    }
}

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "app",
            Self::Composite => "composite",
            Self::Filter => "filter",
            Self::Server => "server",
            Self::Pipeline => "pipeline",
            Self::FilterApp => "filter-app",
            Self::FilteredWith => "filtered",
        })
    }
}

fn file_and_line<S: Serializer>(
    location: &Option<&'static Location<'static>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match location {
        Some(location) => {
            serializer.collect_str(&format_args!("{}:{}", location.file(), location.line()))
        }
        None => serializer.serialize_none(),
    }
}

fn as_map<S: Serializer>(conf: &LocalConf, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(conf.iter())
}
