//! URLMap: which version of the API is a request for?
//!
//! One server carries several versions of one API. A [`UrlMap`] has an app mounted for each, and
//! finds the right one in the path, or in two headers of the request.
//!
//! # Layout
//!
//! - [`urlmap`]: the rule by which Nova chooses, step by step.
//! - [`paste`]: Paste's own map, which looks at the path only.
//! - [`mounts`], [`mount`]: what is mounted where, and what an app sees of the path.
//! - [`path`]: the paths to mount on.
//! - [`accept`], [`header`]: reading `Accept` and `Content-Type`.
//! - [`not_found`]: the answer where nothing is mounted.
//! - [`factory`]: what configuration files name.
//! - [`error`]: what is refused.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`UrlMap`] | `nova/api/openstack/urlmap.py` `URLMap` |
//! | [`urlmap_factory`] | `nova/api/openstack/urlmap.py` `urlmap_factory` |
//! | [`Accept`], [`header`] | `nova/api/openstack/urlmap.py` `Accept`, `parse_options_header` |
//! | [`PasteUrlMap`], [`Mounts`], [`path`] | Paste's `paste/urlmap.py` `URLMap` |

pub mod accept;
pub mod error;
pub mod factory;
pub mod header;
pub mod mount;
pub mod mounts;
pub mod not_found;
pub mod paste;
pub mod path;
pub mod urlmap;

pub use accept::Accept;
pub use error::UrlMapError;
pub use factory::urlmap_factory;
pub use mount::Mount;
pub use mounts::Mounts;
pub use not_found::not_found_app;
pub use paste::PasteUrlMap;
pub use urlmap::UrlMap;

use nova_paste::{EntryPoint, Factory};

/// What this crate offers to a configuration file, in Nova's name.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] = &[factory::ENTRY_POINT];

/// What it offers in the name of the distribution `Paste`.
pub const PASTE_ENTRY_POINTS: &[EntryPoint<Factory>] = &[factory::PASTE_ENTRY_POINT];
