//! Which resources exist? The API, and `compute.api` behind it.
//!
//! Nothing in this API is there by itself. Each resource is brought by an extension, each
//! extension is offered by an entry point, and a router is made of those that are installed. What
//! a controller then does is Nova's *compute API*: the checks, the parameters and the preparation
//! that come before anybody else hears of a request.
//!
//! # Layout
//!
//! - [`extension`]: what an extension is. [`installed`]: those of this crate.
//! - [`stevedore`]: what is offered becomes what is there.
//! - [`api_router_v21`], `resources`: what is there becomes routes. [`osapi_v21`]: what of it is
//!   wanted. [`loaded_extension_info`]: what clients may know of it.
//! - [`compute`]: the extensions, one file or folder each, and what they share: schemas, views,
//!   pages, options.
//! - [`compute_api`]: what they ask for, behind whatever HTTP looks like.
//! - [`policy`]: who may do what, as a file says it.
//! - [`validation`]: bodies against schemas, errors in Python's words.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`ApiRouterV21`] | `nova/api/openstack/__init__.py`, `nova/api/openstack/compute/__init__.py` `APIRouterV21` |
//! | [`stevedore`] | stevedore 1.12.0 |
//! | [`V21ApiExtension`] | `nova/api/openstack/extensions.py` `V21APIExtensionBase` |
//! | [`EXTENSIONS`] | `setup.cfg`, `nova.api.v21.extensions` |
//! | [`API`] | `nova/compute/api.py` `API` |
//! | [`policy`] | `nova/policy.py`, `oslo_policy`, and `etc/nova/policy.json` |
//! | [`validation`] | `nova/api/validation` |

pub mod api_router_v21;
pub mod compute;
pub mod compute_api;
pub mod extension;
pub mod installed;
pub mod loaded_extension_info;
pub mod osapi_v21;
pub mod policy;
mod resources;
pub mod stevedore;
pub mod validation;

pub use api_router_v21::{API_VERSIONS, ApiRouterV21, Extensions};
pub use compute::{
    hide_server_addresses::Options as HideServerAddressesOptions, views::images::GlanceUrl,
};
pub use compute_api::{API, ComputeApiError, Options as ComputeApiOptions, QuotaOptions};
pub use extension::{
    ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
};
pub use installed::EXTENSIONS;
pub use loaded_extension_info::LoadedExtensionInfo;
pub use osapi_v21::OsapiV21;
pub use policy::{Policy, PolicyNotAuthorized, Target};

use nova_paste::{EntryPoint, Factory};

/// The apps that a paste file may name.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[api_router_v21::ENTRY_POINT, compute::versions::VERSIONS, compute::versions::VERSIONS_V2];
