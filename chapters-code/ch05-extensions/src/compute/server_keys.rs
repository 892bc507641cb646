//! Keys that extensions add to servers.

use super::added_keys::{DbItems, Extended, Key, each};
pub use super::added_keys::{added_keys as server_keys, is_for, key, key_since};
use nova_objects::{Instance, Tracked};
use nova_router::ApiResponse;
use serde_json::{Map, Value};

/// The instances behind an answer.
pub type DbInstances = DbItems<Instance>;

/// A key that an extension adds to a server.
pub type ServerKey = Key<Instance>;

impl Extended for Instance {
    type Row = Tracked<Self>;
    const MEMBER: &'static str = "server";
    const COLLECTION: &'static str = "servers";
}

/// Shows each server of an answer, and the instance that it shows.
pub fn each_server(answer: &mut ApiResponse, show: impl FnMut(&Instance, &mut Map<String, Value>)) {
    each(answer, show);
}
