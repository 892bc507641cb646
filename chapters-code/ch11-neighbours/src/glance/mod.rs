//! A small Glance: list, show and fetch images (glance 12.0.0, `glance/api/v2`).

mod client;
mod image;
mod images;
mod versions;

pub use client::GlanceClient;
pub use image::{CIRROS, Image};

use nova_objects::Plugs;
use nova_paste::{App, EntryPoint, Factory, PasteConfig, PasteError, Registry};

/// The apps that a paste file may name.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] = &[images::ENTRY_POINT, versions::ENTRY_POINT];

/// The image service, loaded from its own paste file, with the one image that is built in.
///
/// # Errors
///
/// The file that is built in is bad, which a test would have found.
pub fn app() -> Result<App, PasteError> {
    let plugs = Plugs::default().plug(vec![Image::cirros()]);
    let registry = Registry::new(plugs)
        .install("Paste", nova_urlmap::PASTE_ENTRY_POINTS)
        .install("nova", nova_pipeline::ENTRY_POINTS)
        .install("glance", ENTRY_POINTS);
    let file = include_str!("../../etc/glance-api-paste.ini");
    let config = PasteConfig::parse("glance-api-paste.ini", file)?;
    Ok(config.loader(&registry).load_app("glance-api")?.0)
}
