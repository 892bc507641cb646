//! What can be loaded, which sections may say how, and by which keys (`_ObjectType` and its kin in
//! `paste/deploy/loadwsgi.py`).

use crate::Factory;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectType {
    App,
    Filter,
    Server,
}

/// How a factory is called and what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    App,
    Composite,
    Filter,
    FilterApp,
    Server,
}

/// Names for one thing: only the first that is there counts.
type Synonyms<T> = &'static [T];

impl ObjectType {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Filter => "filter",
            Self::Server => "server",
        }
    }

    // ANCHOR: prefixes
    /// What the section of such a thing may be called, before the colon.
    pub(crate) const fn prefixes(self) -> &'static [Synonyms<&'static str>] {
        match self {
            Self::App => &[
                &["app", "application"],
                &["composite", "composit"],
                &["pipeline"],
                &["filter-app"],
            ],
            Self::Filter => &[&["filter"]],
            Self::Server => &[&["server"]],
        }
    }
    // ANCHOR_END: prefixes

    /// The keys that name a factory of such a thing; the same words are the namespaces of entry
    /// points.
    pub(crate) const fn protocols(self) -> &'static [Synonyms<(&'static str, Protocol)>] {
        match self {
            Self::App => &[
                &[("paste.app_factory", Protocol::App)],
                &[("paste.composite_factory", Protocol::Composite)],
                &[("paste.composit_factory", Protocol::Composite)],
            ],
            Self::Filter => &[&[
                ("paste.filter_factory", Protocol::Filter),
                ("paste.filter_app_factory", Protocol::FilterApp),
            ]],
            Self::Server => &[&[("paste.server_factory", Protocol::Server)]],
        }
    }
}

impl Protocol {
    /// How `use = call:` in a section with `prefix` means the function to be called.
    pub(crate) fn of_prefix(prefix: &str) -> Option<Self> {
        match prefix {
            "app" | "application" => Some(Self::App),
            "composite" | "composit" => Some(Self::Composite),
            "filter" => Some(Self::Filter),
            "server" => Some(Self::Server),
            _ => None,
        }
    }

    pub(crate) const fn of_factory(factory: Factory) -> Self {
        match factory {
            Factory::App(_) => Self::App,
            Factory::Composite(_) => Self::Composite,
            Factory::Filter(_) => Self::Filter,
            Factory::FilterApp(_) => Self::FilterApp,
            Factory::Server(_) => Self::Server,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Composite => "composite",
            Self::Filter => "filter",
            Self::FilterApp => "filter app",
            Self::Server => "server",
        }
    }
}
