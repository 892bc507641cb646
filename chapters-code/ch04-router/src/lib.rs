//! Which controller and method? From a URL to the Rust function that answers it.
//!
//! A [`Mapper`] lists routes, a [`Router`] finds the one that fits a request, and a [`Resource`]
//! stands between the route and the [`Controller`]: it works out the version, reads the body,
//! calls the method, and writes the answer down.
//!
//! A controller lists its methods, each with what Python says in decorators above it:
//!
//! ```
//! use nova_router::{ApiError, ApiRequest, Controller, Resource, ResourceOptions, method};
//! use nova_router::{ProjectMapper, Router};
//! use serde_json::{Value, json};
//! use std::sync::Arc;
//!
//! struct ServersController;
//!
//! impl ServersController {
//!     fn methods(self) -> Controller {
//!         Controller::builder("ServersController", Arc::new(self))
//!             .action("show", method(Self::show).expected_errors(&[404]))
//!             .wsgi_action("os-start", method(Self::start).response(202).expected_errors(&[404, 409]))
//!             .build()
//!     }
//!
//!     async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
//!         match request.arg("id") {
//!             "1" => Ok(json!({"server": {"id": "1"}})),
//!             id => Err(ApiError::http(404, format!("Instance {id} could not be found."))),
//!         }
//!     }
//!
//!     async fn start(self: Arc<Self>, _request: ApiRequest) -> Result<(), ApiError> {
//!         Ok(())
//!     }
//! }
//!
//! let servers = Arc::new(Resource::new(ServersController.methods()));
//! let mut mapper = ProjectMapper::default();
//! let options = ResourceOptions::default().member("action", "POST");
//! mapper.resource("server", "servers", &servers, &options);
//! let router = Router::new(mapper)?;
//! assert!(router.map().routematch("GET", "/servers/1").is_some());
//! # Ok::<(), nova_router::MapperError>(())
//! ```
//!
//! # Layout
//!
//! The way to the resource:
//!
//! - [`router`]: the app; the override of the method, redirects, the 404.
//! - [`mapper`], [`project_mapper`], [`resource_options`]: listing routes, one by one and by the
//!   dozen.
//! - [`route`], [`redirect`]: one of them, and where it may send clients.
//! - `path`, `segment`, `pattern`, [`route_map`]: reading paths, comparing with them, finding the route.
//!
//! From there to the answer:
//!
//! - [`resource`]: what happens, step by step.
//! - [`api_version_request`], `content_type`, `action_peek`, `read_body`, [`query`]: the steps.
//! - [`controller`], [`method`](mod@method): who answers, and what happens to what goes wrong.
//! - [`mod@extends`]: who adds to the answer. [`authorize`]: who may ask.
//! - [`api_request`], [`body_file`], [`api_response`], [`api_error`]: what a method is given,
//!   returns, raises.
//! - [`error`]: why a table of routes is none.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`Router`] | `nova/wsgi.py` `Router`, over `routes.middleware.RoutesMiddleware` |
//! | [`Mapper`], [`ProjectMapper`] | `nova/api/openstack/__init__.py` `APIMapper`, `ProjectMapper` |
//! | [`ResourceOptions`], [`RouteMap`] | Routes 2.2 `Mapper.resource`, `Mapper.routematch` |
//! | [`Redirect`] | Routes 2.2 `Mapper.redirect`, `Route.generate` |
//! | [`Resource`] | `nova/api/openstack/wsgi.py` `Resource`, `ResourceV21` |
//! | [`Controller`], [`Method`] | `nova/api/openstack/wsgi.py` `Controller`, `action`, `response` |
//! | [`Method::expected_errors`] | `nova/api/openstack/extensions.py` `expected_errors` |
//! | [`ApiVersionRequest`] | `nova/api/openstack/api_version_request.py` `APIVersionRequest` |
//! | [`Fault`] | `nova/api/openstack/wsgi.py` `Fault` |

mod action_peek;
pub mod api_error;
pub mod api_request;
pub mod api_response;
pub mod api_version_request;
pub mod authorize;
pub mod body_file;
mod content_type;
pub mod controller;
pub mod error;
pub mod extends;
pub mod mapper;
pub mod method;
mod path;
mod pattern;
pub mod project_mapper;
pub mod query;
mod read_body;
pub mod redirect;
pub mod resource;
pub mod resource_options;
pub mod route;
pub mod route_map;
pub mod router;
mod segment;

pub use api_error::ApiError;
pub use api_request::{ApiRequest, NoContext};
pub use api_response::ApiResponse;
pub use api_version_request::{ApiVersionError, ApiVersionRequest, ApiVersions};
pub use authorize::Authorize;
pub use body_file::BodyFile;
pub use controller::{Controller, ControllerBuilder};
pub use error::MapperError;
pub use extends::{Extends, extends};
pub use mapper::{Mapper, PlainMapper};
pub use method::{Method, method};
pub use nova_pipeline::Fault;
pub use path::Requirements;
pub use pattern::Args;
pub use project_mapper::{PROJECT_ID_REGEX, ProjectMapper};
pub use redirect::Redirect;
pub use resource::Resource;
pub use resource_options::{ID_REGEX, ResourceOptions};
pub use route::{LeadsTo, Route};
pub use route_map::{Match, RouteMap};
pub use router::Router;
