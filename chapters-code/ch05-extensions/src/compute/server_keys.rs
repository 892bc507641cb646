//! Keys that extensions add to servers, as a table (what `_extend_server`, `show` and `detail` are
//! in each of Nova's extensions).

use crate::{Policy, policy::Target};
use nova_objects::{Instance, Plugs, RequestContext, Tracked, Unplugged};
use nova_router::{ApiError, ApiRequest, ApiResponse, ApiVersionRequest, Controller, extends};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The instances behind an answer's `server` or `servers`, in its order: what the controller of
/// servers leaves for those who extend its answers.
#[derive(Clone)]
pub struct DbInstances(pub Arc<Vec<Tracked<Instance>>>);

/// A key that an extension adds to a server.
pub struct ServerKey {
    /// The key: `OS-EXT-STS:vm_state`.
    pub name: &'static str,
    /// The first microversion that has it.
    pub since: ApiVersionRequest,
    /// What stands behind it.
    pub value: fn(&Instance) -> Value,
}

/// A key that all versions have.
pub const fn key(name: &'static str, value: fn(&Instance) -> Value) -> ServerKey {
    key_since(2, 1, name, value)
}

/// A key that versions from `major.minor` on have.
pub const fn key_since(
    major: u32,
    minor: u32,
    name: &'static str,
    value: fn(&Instance) -> Value,
) -> ServerKey {
    ServerKey { name, since: ApiVersionRequest(major, minor), value }
}

/// A controller that adds `keys` to what the actions `actions` show of servers, for those who may
/// see them by the policy `rule`.
///
/// # Errors
///
/// No policy is plugged in.
pub fn server_keys(
    plugs: &Plugs,
    name: &str,
    rule: &'static str,
    actions: &[&'static str],
    keys: &'static [ServerKey],
) -> Result<Controller, Unplugged> {
    let state = Arc::new(ServerKeys { policy: plugs.get()?, rule, keys });
    let builder = Controller::builder(name, state);
    let builder = actions
        .iter()
        .fold(builder, |builder, action| builder.extends(action, extends(ServerKeys::extend)));
    Ok(builder.build())
}

struct ServerKeys {
    policy: Policy,
    rule: &'static str,
    keys: &'static [ServerKey],
}

impl ServerKeys {
    async fn extend(
        self: Arc<Self>,
        request: Arc<ApiRequest>,
        mut answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        if self.may(request.context()?) {
            each_server(&mut answer, |instance, server| {
                let keys = self.keys.iter().filter(|key| is_for(&request, key.since));
                server.extend(keys.map(|key| (key.name.to_owned(), (key.value)(instance))));
            });
        }
        Ok(answer)
    }

    fn may(&self, context: &RequestContext) -> bool {
        self.policy.check(context, self.rule, &Target::of(context))
    }
}

/// Does the request speak `since`, or a later version?
pub fn is_for(request: &ApiRequest, since: ApiVersionRequest) -> bool {
    request.version.is_none_or(|version| version >= since)
}

/// Shows each server of an answer, and the instance that it shows.
pub fn each_server(
    answer: &mut ApiResponse,
    mut show: impl FnMut(&Instance, &mut Map<String, Value>),
) {
    let Some(DbInstances(instances)) = answer.cached().cloned() else { return };
    let Some(obj) = answer.obj() else { return };
    let servers = match obj.get_mut("servers") {
        Some(servers) => servers.as_array_mut().map(Vec::as_mut_slice),
        None => obj.get_mut("server").map(std::slice::from_mut),
    };
    for (server, instance) in servers.into_iter().flatten().zip(instances.iter()) {
        if let Some(server) = server.as_object_mut() {
            show(instance, server);
        }
    }
}
