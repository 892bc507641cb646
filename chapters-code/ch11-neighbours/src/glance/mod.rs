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
//!
//! - `images`, `filters`, `json_patch`, `properties`, `caller`: what is said of images, and by whom.
//! - `image_data`, `filesystem`: their data, in and out as streams.
//! - `image`, `repo`, `datadir`: an image, all of them, and the folder that they are in.
//! - [`client`]: the other side, as Nova asks.

mod caller;
pub mod client;
mod datadir;
mod filesystem;
mod filters;
mod image;
mod image_data;
mod images;
mod json_patch;
mod properties;
mod repo;
mod versions;

pub use client::GlanceClient;
pub use image::{CIRROS, cirros_disk};

use datadir::Datadir;
use filesystem::Store;
use image::Image;
use nova_objects::Plugs;
use nova_paste::{App, EntryPoint, Factory, PasteConfig, PasteError, Registry};
use repo::ImageRepo;
use std::{path::PathBuf, sync::Arc};

/// The apps that a paste file may name.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] = &[images::ENTRY_POINT, versions::ENTRY_POINT];

/// What a small Glance may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `[glance_store] filesystem_store_datadir`: the folder for images. `None`: a temporary one,
    /// which goes with the process.
    pub filesystem_store_datadir: Option<PathBuf>,
    /// `image_size_cap`: the most bytes that an image may have.
    pub image_size_cap: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { filesystem_store_datadir: None, image_size_cap: 1 << 40 }
    }
}

/// The image service, loaded from its own paste file. A folder that is new has the one image that
/// is built in.
///
/// `plugs` have the `auth_strategy` of [`nova_pipeline::Options`]; for `keystone`, also what
/// [`nova_pipeline::authtoken`] wants.
///
/// # Errors
///
/// One of them is missing, the file has no line for the strategy, or the folder cannot be used.
pub fn app(options: &Options, plugs: Plugs) -> Result<App, PasteError> {
    let folder = options.filesystem_store_datadir.as_deref();
    let unusable = |error| {
        let folder = folder.map(|path| format!(" {}", path.display())).unwrap_or_default();
        PasteError::value_error(format!("cannot use the folder{folder} for images: {error}"))
    };
    let (datadir, images) = Datadir::open(folder).map_err(unusable)?;
    let images = ImageRepo::new(images, Store::new(datadir, options.image_size_cap));
    let registry = Registry::new(plugs.plug(Arc::new(images)))
        .install("Paste", nova_urlmap::PASTE_ENTRY_POINTS)
        .install("nova", nova_pipeline::ENTRY_POINTS)
        .install("glance", ENTRY_POINTS);
    let file = include_str!("../../etc/glance-api-paste.ini");
    let config = PasteConfig::parse("glance-api-paste.ini", file)?;
    Ok(config.loader(&registry).load_app("glance-api")?.0)
}
