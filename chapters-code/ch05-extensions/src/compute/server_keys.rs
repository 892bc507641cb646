//! Keys that extensions add to servers.

pub use super::added_keys::{
    DbItems as DbInstances, added_keys as server_keys, is_for, key, key_since,
};
use super::added_keys::{Extended, Key, each};
use nova_objects::Instance;
use nova_router::ApiResponse;
use serde_json::{Map, Value};

/// A key that an extension adds to a server.
pub type ServerKey = Key<Instance>;

impl Extended for Instance {
    const MEMBER: &'static str = "server";
    const COLLECTION: &'static str = "servers";
}

/// Shows each server of an answer, and the instance that it shows.
pub fn each_server(answer: &mut ApiResponse, show: impl FnMut(&Instance, &mut Map<String, Value>)) {
    each(answer, show);
}
