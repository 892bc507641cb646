//! An INI file becomes apps and filters: PasteDeploy, in Rust.
//!
//! Nova's API is put together by a file, `api-paste.ini`. Each section names a factory and what
//! it is to be told; some name other sections. A [`Loader`] reads the file, calls the factories
//! that the app asked for needs, and gives that app back, together with an [`AppGraph`] of what it
//! is made of.
//!
//! The crate is also the contract of everything that is loaded so: what an app is, what a filter
//! is, what they tell each other about a request, and what they raise.
//!
//! # Layout
//!
//! The contract:
//!
//! - [`app`], [`environ`], [`raised`]: apps, filters, requests, and errors on their way out.
//! - [`entry_point`], [`factory`], [`registry`]: what is installed.
//!
//! From a file to an app, in this order:
//!
//! - [`ini`]: a file as sections and settings. [`source`]: where each of them stands.
//! - `interpolation`: `%(here)s`.
//! - [`config`], `section`: a file as PasteDeploy sees it, and what one of its sections says.
//! - `uri`, `resolve`: which section, or which factory, a name means.
//! - `object_type`, `interpret`, `context`: what a section means.
//! - `create`, `filter_hop`: here the factories are called, and filters get their hops.
//! - [`loader`]: the face of all this. `trail`: why it ends. [`graph`]: what it made.
//! - [`problem`], [`error`], `suggestion`: what can be wrong, and how it is told.
//!
//! From the network to an app:
//!
//! - [`server`]: connections in; `edge`: from HTTP to a request with an environ; `requests`: those
//!   in hand; `slow_body`: where a client that is too slow is cut off.
//!
//! # In Nova
//!
//! | here | there |
//! |---|---|
//! | [`Loader::load_app`] | nova 13.0.0 `nova/wsgi.py` `Loader.load_app`; PasteDeploy 1.5.2 `loadapp` |
//! | [`Loader::get_app`] | PasteDeploy `paste/deploy/loadwsgi.py` `_Loader.get_app` |
//! | [`PasteConfig`] | PasteDeploy `ConfigLoader`, `NicerConfigParser` |
//! | [`Ini`] | Python 3's `configparser.ConfigParser` |
//! | [`Registry`], [`EntryPoint`] | setuptools' `pkg_resources`, `setup.cfg` |
//! | [`Application`], [`Environ`] | PEP 3333 |
//! | [`Raised`] | what `nova/api/openstack/__init__.py` `FaultWrapper` catches |

pub mod app;
pub mod config;
mod context;
mod create;
mod edge;
pub mod entry_point;
pub mod environ;
pub mod error;
pub mod factory;
mod filter_hop;
pub mod graph;
pub mod ini;
mod interpolation;
mod interpret;
pub mod loader;
mod object_type;
pub mod problem;
pub mod raised;
pub mod registry;
mod requests;
mod resolve;
mod section;
pub mod server;
mod slow_body;
pub mod source;
mod suggestion;
mod trail;
mod unread;
mod uri;

pub use app::{App, Application, Body, Filter, Request, Response, app_fn, body};
pub use config::PasteConfig;
pub use entry_point::EntryPoint;
pub use environ::{Environ, wsgi_decode, wsgi_encode};
pub use error::PasteError;
pub use factory::{Factory, GlobalConf, LocalConf, Server};
pub use graph::{AppGraph, NodeKind};
pub use ini::Ini;
pub use loader::{AppConfig, Loader};
pub use problem::Problem;
pub use raised::Raised;
pub use registry::Registry;
pub use source::{Place, Source};
