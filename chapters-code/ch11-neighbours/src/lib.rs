//! The neighbours of Nova, and how it asks them: over REST, as it asks the real ones.
//!
//! The seed's first sentence says that components speak REST. A boot needs two neighbours, the
//! identity service and the image service, so small ones come with the house. They are made of the
//! same stages as the API itself: a paste file, a URL map, filters, routes. A real Keystone and a
//! real Glance can take their place; Nova cannot tell.
//!
//! # Layout
//!
//! - [`rest`], `asked`, [`retries`], `file_body`: one service asks another, maybe more than once, and
//!   sends what is longer than memory.
//! - [`keystone`]: the small identity service, and the client that Nova asks it with.
//! - [`glance`]: the small image service, and the client that Nova asks it with.
//!
//! # In Nova and around
//!
//! | here | there |
//! |---|---|
//! | [`KeystoneClient`] | keystonemiddleware 4.4.1 `auth_token/_identity.py` `IdentityServer` |
//! | [`keystone::app`] | keystone 9.0.0 `keystone/version/service.py` `v3_app_factory` |
//! | [`GlanceClient`] | `nova/image/glance.py` `GlanceImageService` |
//! | [`RestClient`] | `keystoneauth1` `Session` |
//! | [`Retries`] | `nova/image/glance.py` `GlanceClientWrapper.call` |
//! | [`glance::app`] | glance 12.0.0 `glance/api/v2/router.py` `API` |

mod asked;
mod file_body;
pub mod glance;
pub mod keystone;
pub mod rest;
pub mod retries;

pub use glance::GlanceClient;
pub use keystone::KeystoneClient;
pub use rest::{Answer, RestClient};
pub use retries::Retries;
