//! A small Glance (glance 12.0.0, `glance/api/v2`), and the client that Nova asks it with.
//!
//! | request | |
//! |---|---|
//! | `GET /v2/images` | those that the caller may see: filters, `limit`, `marker` |
//! | `POST /v2/images` | a new one, without data |
//! | `GET`, `PATCH`, `DELETE /v2/images/{id}` | one of them |
//! | `GET`, `PUT /v2/images/{id}/file` | its data |
//!
//! An image is private to the project that made it, unless an administrator makes it public.

mod caller;
mod client;
mod filters;
mod image;
mod images;
mod json_patch;
mod properties;
mod store;
mod versions;

pub use client::GlanceClient;
pub use image::{CIRROS, Image};

use nova_objects::Plugs;
use nova_paste::{App, EntryPoint, Factory, PasteConfig, PasteError, Registry};

/// The apps that a paste file may name.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] = &[images::ENTRY_POINT, versions::ENTRY_POINT];

/// The image service, loaded from its own paste file, with the one image that is built in.
///
/// `plugs` have the `auth_strategy` of [`nova_pipeline::Options`]; for `keystone`, also what
/// [`nova_pipeline::authtoken`] wants.
///
/// # Errors
///
/// One of them is missing, or the file has no line for the strategy.
pub fn app(plugs: Plugs) -> Result<App, PasteError> {
    let registry = Registry::new(plugs.plug(vec![Image::cirros()]))
        .install("Paste", nova_urlmap::PASTE_ENTRY_POINTS)
        .install("nova", nova_pipeline::ENTRY_POINTS)
        .install("glance", ENTRY_POINTS);
    let file = include_str!("../../etc/glance-api-paste.ini");
    let config = PasteConfig::parse("glance-api-paste.ini", file)?;
    Ok(config.loader(&registry).load_app("glance-api")?.0)
}
