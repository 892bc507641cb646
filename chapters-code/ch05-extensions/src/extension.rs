//! What an extension is (`nova/api/openstack/extensions.py`).

use crate::{
    compute_api::{CreateRequest, RebuildRequest, ResizeRequest, UpdateRequest},
    stevedore::LoadFailure,
    validation::Client,
};
use boon::CompileError;
use nova_objects::{Plugs, Unplugged};
use nova_paste::EntryPoint;
use nova_router::{ApiError, Controller, Mapper, Resource, ResourceOptions};
use serde_json::Value;
use std::sync::Arc;

/// The namespace of the API's extensions.
pub const NAMESPACE: &str = "nova.api.v21.extensions";

/// The namespace of those that have a part in making a server.
pub const SERVER_CREATE: &str = "nova.api.v21.extensions.server.create";

/// The namespace of those that have a part in rebuilding one.
pub const SERVER_REBUILD: &str = "nova.api.v21.extensions.server.rebuild";

/// The namespace of those that have a part in changing one.
pub const SERVER_UPDATE: &str = "nova.api.v21.extensions.server.update";

/// The namespace of those that have a part in resizing one.
pub const SERVER_RESIZE: &str = "nova.api.v21.extensions.server.resize";

// ANCHOR: base
/// A part of the API that can be there or not (`V21APIExtensionBase`).
///
/// In Python it is a class: with its names as attributes, and a method for each thing that it
/// may bring. Here it is a value that already holds what it brings.
pub struct V21ApiExtension {
    /// Its readable name: `Servers`.
    pub name: &'static str,
    /// The name by which it is listed, allowed and forbidden: `servers`, `os-keypairs`.
    pub alias: &'static str,
    /// Which version of it this is.
    pub version: u32,
    /// A sentence on what it does; Nova takes the class's docstring.
    pub description: &'static str,
    /// The resources it adds (`get_resources`).
    pub resources: Vec<ResourceExtension>,
    /// What it adds to resources of others (`get_controller_extensions`).
    pub controller_extensions: Vec<ControllerExtension>,
    /// Its part in making a server, in rebuilding one, in changing one, and in resizing one.
    pub server: ServerParts,
}
// ANCHOR_END: base

impl V21ApiExtension {
    /// An extension that adds nothing yet.
    pub fn new(name: &'static str, alias: &'static str, description: &'static str) -> Self {
        Self {
            name,
            alias,
            version: 1,
            description,
            resources: Vec::new(),
            controller_extensions: Vec::new(),
            server: ServerParts::default(),
        }
    }

    /// Adds a resource.
    #[must_use]
    pub fn resource(mut self, resource: ResourceExtension) -> Self {
        self.resources.push(resource);
        self
    }

    /// Adds the actions of `controller` to the resource `collection`, and lets it extend the
    /// answers given there.
    #[must_use]
    pub fn controller_extension(
        mut self,
        collection: &'static str,
        controller: Controller,
    ) -> Self {
        self.controller_extensions.push(ControllerExtension { collection, controller });
        self
    }

    /// Has a part in making a server. It needs an entry point in [`SERVER_CREATE`] too.
    #[must_use]
    pub fn server_create(mut self, part: ServerPart<CreateRequest>) -> Self {
        self.server.create = Some(part);
        self
    }

    /// Has a part in rebuilding a server. It needs an entry point in [`SERVER_REBUILD`] too.
    #[must_use]
    pub fn server_rebuild(mut self, part: ServerPart<RebuildRequest>) -> Self {
        self.server.rebuild = Some(part);
        self
    }

    /// Has a part in changing a server. It needs an entry point in [`SERVER_UPDATE`] too.
    #[must_use]
    pub fn server_update(mut self, part: ServerPart<UpdateRequest>) -> Self {
        self.server.update = Some(part);
        self
    }

    /// Has a part in resizing a server. It needs an entry point in [`SERVER_RESIZE`] too.
    #[must_use]
    pub fn server_resize(mut self, part: ServerPart<ResizeRequest>) -> Self {
        self.server.resize = Some(part);
        self
    }
}

/// What an extension adds to the bodies of `/servers`.
#[derive(Clone, Copy, Default)]
pub struct ServerParts {
    /// `server_create`, `get_server_create_schema`.
    pub create: Option<ServerPart<CreateRequest>>,
    /// `server_rebuild`, `get_server_rebuild_schema`.
    pub rebuild: Option<ServerPart<RebuildRequest>>,
    /// `server_update`, `get_server_update_schema`.
    pub update: Option<ServerPart<UpdateRequest>>,
    /// `server_resize`, `get_server_resize_schema`.
    pub resize: Option<ServerPart<ResizeRequest>>,
}

/// A part in what is done to a server: what a body may say, and what that means for the wish `W`.
pub struct ServerPart<W> {
    /// Where in the body it is said.
    pub place: Place,
    /// The schemas of the properties that it adds there, by name.
    pub schema: fn(Client) -> Value,
    /// Reads them out of a body that its schema allows.
    pub read: fn(ServerBody<'_>, &mut W) -> Result<(), ApiError>,
}

/// Where in a body an extension's properties stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Under `server`, `rebuild` or `resize`, with all others.
    Server,
    /// Beside it.
    Body,
}

impl<W> ServerPart<W> {
    /// A part whose properties stand with all others.
    pub const fn new(
        schema: fn(Client) -> Value,
        read: fn(ServerBody<'_>, &mut W) -> Result<(), ApiError>,
    ) -> Self {
        Self { place: Place::Server, schema, read }
    }
}

// Not derived: a wish need not be `Copy`.
impl<W> Clone for ServerPart<W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for ServerPart<W> {}

/// A body that asks for something to be done to a server.
#[derive(Clone, Copy)]
pub struct ServerBody<'b> {
    /// What stands under `server`, `rebuild` or `resize`.
    pub server: &'b Value,
    /// The whole body.
    pub body: &'b Value,
}

impl ServerBody<'_> {
    /// The text under `name`, if there is one.
    pub fn text(self, name: &str) -> Option<String> {
        self.server[name].as_str().map(str::to_owned)
    }
}

/// Makes an extension out of what is plugged in.
pub type Constructor = fn(&Plugs) -> Result<V21ApiExtension, ExtensionError>;

/// An extension as a package offers it.
pub type ExtensionEntryPoint = EntryPoint<Constructor>;

/// An entry point for an extension: its name, the Python class it stands for, what makes it.
#[track_caller]
pub const fn entry_point(
    name: &'static str,
    target: &'static str,
    constructor: Constructor,
) -> ExtensionEntryPoint {
    EntryPoint::new(NAMESPACE, name, target, constructor)
}

/// The same extension, offered in another namespace too.
pub const fn offered_in(
    namespace: &'static str,
    entry_point: ExtensionEntryPoint,
) -> ExtensionEntryPoint {
    EntryPoint { namespace, ..entry_point }
}

/// A resource that an extension adds: a collection of URLs and who answers them.
pub struct ResourceExtension {
    /// The collection's name in URLs: `servers`.
    pub collection: &'static str,
    /// The member's name in routes: `server`.
    pub member: &'static str,
    /// Who answers; `None`: who answers for the resource that it inherits from.
    pub controller: Option<Controller>,
    /// The collection whose extensions extend this one too.
    pub inherits: Option<&'static str>,
    /// What can be asked beyond list, show, create, update and delete.
    pub options: ResourceOptions,
    /// Routes of its own, beside those of the resource (`custom_routes_fn`).
    pub custom_routes: Option<fn(&mut Mapper, &Arc<Resource>)>,
}

impl ResourceExtension {
    /// The resource `collection`, whose members have no name of their own; most have one, see
    /// [`member`](Self::member).
    pub fn new(collection: &'static str, controller: Controller) -> Self {
        Self {
            collection,
            member: collection,
            controller: Some(controller),
            inherits: None,
            options: ResourceOptions::default(),
            custom_routes: None,
        }
    }

    /// A resource that is `inherits` under another name.
    pub fn inheriting(collection: &'static str, inherits: &'static str) -> Self {
        Self {
            collection,
            member: collection,
            controller: None,
            inherits: Some(inherits),
            options: ResourceOptions::default(),
            custom_routes: None,
        }
    }

    /// Where it stands: `/servers`, `/servers/:server_id/ips`.
    pub fn path(&self) -> String {
        self.options.path(self.collection)
    }

    /// What one of them is called: `server`.
    #[must_use]
    pub fn member(mut self, member: &'static str) -> Self {
        self.member = member;
        self
    }

    /// What else can be asked of it.
    #[must_use]
    pub fn options(mut self, options: ResourceOptions) -> Self {
        self.options = options;
        self
    }

    /// Adds routes of its own.
    #[must_use]
    pub fn custom_routes(mut self, routes: fn(&mut Mapper, &Arc<Resource>)) -> Self {
        self.custom_routes = Some(routes);
        self
    }
}

/// Something that an extension adds to a resource that is another's.
pub struct ControllerExtension {
    /// The other's collection: `servers`.
    pub collection: &'static str,
    /// Whose actions are added, and who extends its answers.
    pub controller: Controller,
}

/// Why the API could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum ExtensionError {
    /// An extension needs something that is not there.
    #[error(transparent)]
    Unplugged(#[from] Unplugged),
    /// It brought a schema that is none. Only the text is kept: the library's error cannot go
    /// from thread to thread.
    #[error("a schema that does not compile: {0}")]
    Schema(String),
    /// Two extensions have the same alias.
    #[error("Found duplicate extension: {alias}, offered by {first} and by {second}")]
    Duplicate {
        /// The alias.
        alias: &'static str,
        /// The entry point loaded first.
        first: String,
        /// The other.
        second: String,
    },
    /// Extensions without which there is no compute API are missing.
    #[error("Core API extensions are missing: {0}")]
    CoreApiMissing(String),
    /// An option names an extension that is not installed.
    #[error("[osapi_v21] {option}: no extension is called {alias}; there are {known}")]
    Unknown {
        /// The option.
        option: &'static str,
        /// What it names.
        alias: String,
        /// What it could have named.
        known: String,
    },
    /// A resource inherits from one that is not there.
    #[error(
        "the resource {collection} has no controller, and there is none to inherit from ({inherits:?})"
    )]
    NoParent {
        /// The resource.
        collection: &'static str,
        /// From which it wants to inherit.
        inherits: Option<&'static str>,
    },
    /// A method can be called by who knows whom.
    #[error("{controller}.{method} names no policy: who may call it?")]
    NoPolicy {
        /// The method's controller.
        controller: String,
        /// The method.
        method: &'static str,
    },
    /// Two routes that cannot be told apart.
    #[error("{0}")]
    Route(String),
}

impl LoadFailure for ExtensionError {}

impl From<CompileError> for ExtensionError {
    fn from(error: CompileError) -> Self {
        Self::Schema(error.to_string())
    }
}
