//! The nouns of Nova, the [`Store`] that keeps them, the sockets between stages, and the hop.
//!
//! Every other crate of the house speaks in these words. Nothing here decides anything: an
//! [`Instance`] is a row, a [`Store`] is five verbs, a socket is a promise that a later stage
//! keeps, and a hop is one line of the trace that a request leaves behind.
//!
//! # Layout
//!
//! - [`context`]: who asks, and under which request id.
//! - [`states`]: `vm_state`, `task_state`, `power_state`.
//! - [`instance`], [`instance_fault`], [`instance_action`], [`flavor`], [`compute_node`],
//!   [`service`], [`keypair`], [`aggregate`], [`instance_group`], [`quota`], [`migration`]: the
//!   rows.
//! - [`network_info`]: an instance's network cards and their addresses.
//! - [`servicegroup`]: how a service says that it is alive.
//! - [`image_meta`], [`request_spec`]: what travels with a request but is no row.
//! - [`object`], [`tracked`], [`primitive`]: what all rows have in common: a name and a key, what
//!   has changed since the last save, and a shape for the wire.
//! - [`store`], [`query`], [`store_error`]: the five verbs, which rows they mean, and why not.
//!   [`memory_store`] is the smallest thing that obeys them.
//! - [`sockets`], [`plugs`]: what a stage asks of a later one, and the board it is plugged into.
//!   [`memory_images`] is the smallest image service.
//! - [`exception`]: errors that keep their Nova name across HTTP and RPC.
//! - [`mod@hop`], [`trace_parent`]: one step of a request's way, and the thread that joins the steps.
//! - [`date_time`], [`jsonutils`]: time as Nova writes it, and JSON as Python does.
//! - [`secret`]: what no log may show.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`RequestContext`] | `nova/context.py` `RequestContext` |
//! | [`Tracked`], [`NovaObject`] | `nova/objects/base.py` `NovaObject`, `obj_what_changed` |
//! | [`Store`] | `nova/cmd/compute.py` `indirection_api` |
//! | [`RequestSpec`] | `nova/objects/request_spec.py` `RequestSpec` |
//! | [`NovaException`] | `nova/exception.py` `NovaException` |
//! | [`TaskState`], [`VmState`] | `nova/compute/task_states.py`, `nova/compute/vm_states.py` |

pub mod aggregate;
pub mod compute_node;
pub mod context;
pub mod date_time;
pub mod exception;
pub mod flavor;
pub mod hop;
pub mod image_meta;
pub mod instance;
pub mod instance_action;
pub mod instance_fault;
pub mod instance_group;
pub mod jsonutils;
pub mod keypair;
pub mod memory_images;
pub mod memory_store;
pub mod migration;
pub mod network_info;
pub mod object;
pub mod plugs;
pub mod primitive;
pub mod query;
pub mod quota;
pub mod request_spec;
pub mod secret;
pub mod service;
pub mod servicegroup;
pub mod sockets;
pub mod states;
pub mod store;
pub mod store_error;
pub mod trace_parent;
pub mod tracked;

pub use aggregate::Aggregate;
pub use compute_node::ComputeNode;
pub use context::RequestContext;
pub use date_time::DateTime;
pub use exception::{NovaException, RemoteError};
pub use flavor::Flavor;
pub use image_meta::ImageMeta;
pub use instance::Instance;
pub use instance_action::{InstanceAction, InstanceActionEvent};
pub use instance_fault::InstanceFault;
pub use instance_group::InstanceGroup;
pub use keypair::KeyPair;
pub use memory_images::MemoryImages;
pub use memory_store::MemoryStore;
pub use migration::Migration;
pub use network_info::{FixedIp, Vif};
pub use object::{Class, Fields, NovaObject};
pub use plugs::{Plugs, Unplugged};
pub use primitive::Primitive;
pub use query::{Filters, Query};
pub use quota::Quota;
pub use request_spec::{FilterProperties, Limits, RequestSpec, Retry, Selection};
pub use secret::Secret;
pub use service::Service;
pub use sockets::{ComputeRpc, ImageApi, SchedulerRpc};
pub use states::{PowerState, TaskState, VmState};
pub use store::Store;
pub use store_error::StoreError;
pub use trace_parent::TraceParent;
pub use tracked::Tracked;
