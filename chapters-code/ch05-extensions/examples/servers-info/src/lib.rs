//! Two things that the walkthrough's cloud had patched into Nova's own `servers.py`, as an
//! extension in a package of its own.
//!
//! - `GET /servers/{id}/disk`: how much disk a server has.
//! - `GET /os-get_servers_info`: how many servers there are, in which state.
//!
//! To install it, name this crate in `Cargo.toml`, and [`EXTENSIONS`] where the others are listed.

use nova_extensions::{
    API, ExtensionEntryPoint, ResourceExtension, V21ApiExtension, compute_api::SearchOpts,
    entry_point,
};
use nova_objects::Query;
use nova_router::{ApiError, ApiRequest, Controller, ResourceOptions, method};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What this package offers.
pub const EXTENSIONS: &[ExtensionEntryPoint] = &[ENTRY_POINT];

// ANCHOR: entry_point
const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("servers_info", "servers_info:ServersInfo", |plugs| {
        let state = Arc::new(ServersInfo { compute_api: API::new(plugs)? });
        let disk = Controller::builder("DiskController", Arc::clone(&state))
            .action("index", method(ServersInfo::disk).expected_errors(&[404]).policy(RULE))
            .build();
        let info = Controller::builder("GetServersInfoController", state)
            .action("index", method(ServersInfo::index).expected_errors(&[]).policy(RULE))
            .build();
        let of_a_server = ResourceOptions::default().parent("server", "servers");
        Ok(V21ApiExtension::new("ServersInfo", "os-servers-info", "Disks and counts of servers.")
            .resource(ResourceExtension::new("disk", disk).options(of_a_server))
            .resource(ResourceExtension::new("os-get_servers_info", info)))
    });
// ANCHOR_END: entry_point

/// No policy file knows it, so it means what `default` says there.
const RULE: &str = "servers_info";

struct ServersInfo {
    compute_api: API,
}

impl ServersInfo {
    async fn disk(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let server = self.compute_api.get(context, request.arg("server_id")).await?;
        let disk = json!({
            "root_gb": server.root_gb,
            "ephemeral_gb": server.ephemeral_gb,
            "swap_mb": server.flavor.swap,
        });
        Ok(json!({ "disk": disk }))
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let mine = Query::all().with("project_id", context.project_id.clone());
        let query = mine.with("deleted", false);
        let search_opts = SearchOpts { query, ..SearchOpts::default() };
        let mut info = Map::new();
        for server in self.compute_api.get_all(context, search_opts).await? {
            let count = info.entry(server.vm_state.as_str()).or_insert_with(|| 0.into());
            *count = json!(count.as_i64().unwrap_or(0) + 1);
        }
        Ok(json!({ "servers_info": info }))
    }
}
