//! The pipeline: the filters around the API, from the outermost to the app.
//!
//! A filter sees a request before the app does and the answer after it. Each knows one thing:
//! who asks, how large a request is, what to say when something went wrong. Which of them stand
//! around an app, and in which order, the configuration says.
//!
//! # Layout
//!
//! - [`pipeline`]: from the names in a section to an app behind its filters.
//! - The filters, in the order of Nova's own configuration: [`cors`], [`http_proxy_to_wsgi`],
//!   [`compute_req_id`], [`faultwrap`], [`request_log`], [`sizelimit`], [`osprofiler`],
//!   [`authtoken`], [`keystonecontext`], [`noauth2`], [`legacy_v2_compatible`].
//! - [`context`]: what a request says before anybody knows who asks.
//! - [`fault`]: an error as Nova's clients read it.
//! - [`webob`], [`http_error`]: an error as nobody in Nova wrote it.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`pipeline_factory_v21`] | `nova/api/auth.py` `pipeline_factory_v21` |
//! | [`compute_req_id`] | `nova/api/compute_req_id.py` `ComputeReqIdMiddleware` |
//! | [`faultwrap`] | `nova/api/openstack/__init__.py` `FaultWrapper` |
//! | [`legacy_v2_compatible`] | `nova/api/openstack/__init__.py` `LegacyV2CompatibleWrapper` |
//! | [`noauth2`] | `nova/api/openstack/auth.py` `NoAuthMiddleware` |
//! | [`authtoken`] | keystonemiddleware's `auth_token`, 4.4.1 |
//! | [`keystonecontext`] | `nova/api/auth.py` `NovaKeystoneContext` |
//! | [`Fault`] | `nova/api/openstack/wsgi.py` `Fault` |
//! | [`cors`], [`sizelimit`] | oslo.middleware's `cors.py`, `sizelimit.py` |
//! | [`osprofiler`] | `nova/profiler.py` `WsgiMiddleware` (15.0.0) |
//! | [`http_proxy_to_wsgi`] | oslo.middleware's `http_proxy_to_wsgi.py` (in Nova since 14.0.0) |
//! | [`request_log`] | `nova/api/openstack/requestlog.py` `RequestLog` (16.0.0) |

pub mod authtoken;
pub mod compute_req_id;
pub mod context;
pub mod cors;
pub mod fault;
pub mod faultwrap;
pub mod http_error;
pub mod http_proxy_to_wsgi;
pub mod keystonecontext;
pub mod legacy_v2_compatible;
pub mod noauth2;
pub mod osprofiler;
pub mod pipeline;
pub mod request_log;
pub mod sizelimit;
pub mod webob;

pub use fault::Fault;
pub use pipeline::{Options, pipeline_factory, pipeline_factory_v21};

use nova_paste::{EntryPoint, Factory};

/// What this crate offers to a configuration file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] = &[
    pipeline::ENTRY_POINT,
    pipeline::ENTRY_POINT_V21,
    cors::ENTRY_POINT,
    http_proxy_to_wsgi::ENTRY_POINT,
    compute_req_id::ENTRY_POINT,
    compute_req_id::ENTRY_POINT_REQUEST_ID,
    faultwrap::ENTRY_POINT,
    request_log::ENTRY_POINT,
    sizelimit::ENTRY_POINT,
    osprofiler::ENTRY_POINT,
    authtoken::ENTRY_POINT,
    keystonecontext::ENTRY_POINT,
    noauth2::ENTRY_POINT,
    noauth2::ENTRY_POINT_V2_18,
    legacy_v2_compatible::ENTRY_POINT,
];
