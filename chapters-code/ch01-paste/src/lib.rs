//! An INI file becomes apps and filters (provisional head).
pub mod app;
pub mod entry_point;
pub mod environ;
pub mod error;
pub mod factory;
pub mod loader;
pub mod raised;
pub mod registry;

pub use app::{App, Application, Body, Filter, Request, Response, app_fn, body};
pub use entry_point::EntryPoint;
pub use environ::{Environ, wsgi_decode, wsgi_encode};
pub use error::PasteError;
pub use factory::{Factory, GlobalConf, LocalConf};
pub use loader::Loader;
pub use raised::Raised;
pub use registry::Registry;
