//! The neighbours of Nova, and how it asks them: over REST, as it asks the real ones.
//!
//! The seed's first sentence says that components speak REST. A boot needs one neighbour, the
//! image service, so a small one comes with the house. It is made of the same stages as the API
//! itself: a paste file, a URL map, filters, routes. A real Glance can take its place; Nova
//! cannot tell.
//!
//! # Layout
//!
//! - [`rest`]: one service asks another.
//! - [`glance`]: the small image service, and the client that Nova asks it with.
//!
//! # In Nova and around
//!
//! | here | there |
//! |---|---|
//! | [`GlanceClient`] | `nova/image/glance.py` `GlanceImageService` |
//! | [`RestClient`] | `keystoneauth1` `Session` |
//! | [`glance::app`] | glance 12.0.0 `glance/api/v2/router.py` `API` |

pub mod glance;
pub mod rest;

pub use glance::GlanceClient;
pub use rest::{Answer, RestClient};
