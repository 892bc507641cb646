//! How servers are shown (`nova/api/openstack/compute/views/servers.py` `ViewBuilderV21`).

use super::Links;
use crate::compute::{
    server_keys::{ServerKey, is_for, key_since},
    status::status,
};
use nova_objects::{DateTime, Instance, InstanceFault, RequestContext};
use nova_router::{ApiRequest, ApiVersionRequest};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha224};

/// A server in a list: its name and where to find it.
pub fn basic(links: &Links, instance: &Instance) -> Value {
    json!({
        "id": instance.uuid,
        "name": instance.display_name,
        "links": links.pair("servers", &instance.uuid),
    })
}

/// What the answer to a create request says: not even the name.
pub fn create(links: &Links, instance: &Instance, admin_pass: &str) -> Value {
    json!({
        "id": instance.uuid,
        "links": links.pair("servers", &instance.uuid),
        "adminPass": admin_pass,
    })
}

/// A server by itself, without what extensions add.
pub fn show(
    request: &ApiRequest,
    context: &RequestContext,
    instance: &Instance,
    fault: Option<&InstanceFault>,
) -> Value {
    let links = Links::of(&request.environ);
    let mut server = core(&links, request, instance);
    let newer = NEWER.iter().filter(|key| is_for(request, key.since));
    server.extend(newer.map(|key| (key.name.to_owned(), (key.value)(instance))));
    if PROGRESS_STATUSES.contains(&status(instance)) {
        // Nova shows a column that its own drivers leave alone.
        server.insert("progress".into(), 0.into());
    }
    if let Some(fault) = fault.filter(|_| wants_fault(instance)) {
        server.insert("fault".into(), self::fault(context, fault));
    }
    Value::Object(server)
}

/// What later versions show besides.
// ANCHOR: newer
const NEWER: &[ServerKey] = &[
    key_since(2, 9, "locked", |instance| json!(instance.locked)),
    key_since(2, 19, "description", |instance| json!(instance.display_description)),
    key_since(2, 26, "tags", |instance| json!(instance.tags)),
];
// ANCHOR_END: newer

/// The statuses in which Nova shows how far it has got.
const PROGRESS_STATUSES: [&str; 6] =
    ["ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"];

/// Is `fault` something that [`show`] would want to know?
pub fn wants_fault(instance: &Instance) -> bool {
    matches!(status(instance), "ERROR" | "DELETED")
}

fn core(links: &Links, request: &ApiRequest, instance: &Instance) -> Map<String, Value> {
    let image = &instance.image_ref;
    Map::from_iter(
        [
            ("id", json!(instance.uuid)),
            ("name", json!(instance.display_name)),
            ("status", json!(status(instance))),
            ("tenant_id", json!(instance.project_id)),
            ("user_id", json!(instance.user_id)),
            ("metadata", json!(instance.metadata)),
            ("hostId", json!(host_id(instance))),
            ("image", json!({ "id": image, "links": [links.bookmark("images", image)] })),
            ("flavor", flavor(links, request, instance)),
            ("created", json!(instance.created_at.map(DateTime::to_seconds))),
            ("updated", json!(updated(instance).map(DateTime::to_seconds))),
            ("addresses", addresses(instance, Addresses::Extended)),
            ("links", links.pair("servers", &instance.uuid)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    )
}

/// The flavor: where to find it, and since 2.47, for it may be gone by then, what it said when the
/// server was made.
fn flavor(links: &Links, request: &ApiRequest, instance: &Instance) -> Value {
    let flavor = &instance.flavor;
    if is_for(request, ApiVersionRequest(2, 47)) {
        return super::flavors::embedded(flavor);
    }
    json!({ "id": flavor.flavorid, "links": [links.bookmark("flavors", &flavor.flavorid)] })
}

/// How much is said of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// The address and its version.
    Plain,
    /// Its type and its network card's address too (`os-extended-ips`).
    Extended,
}

/// The addresses of an instance, by network (`views/addresses.py`).
pub fn addresses(instance: &Instance, wanted: Addresses) -> Value {
    let mut networks = Map::new();
    for vif in &instance.network_info {
        let network = networks.entry(&vif.label).or_insert_with(|| json!([]));
        let shown = vif.fixed_ips.iter().map(|ip| match wanted {
            Addresses::Plain => json!({ "version": ip.version, "addr": ip.address }),
            Addresses::Extended => json!({
                "version": ip.version,
                "addr": ip.address,
                "OS-EXT-IPS-MAC:mac_addr": vif.address,
                "OS-EXT-IPS:type": ip.kind,
            }),
        });
        if let Some(network) = network.as_array_mut() {
            network.extend(shown);
        }
    }
    Value::Object(networks)
}

fn fault(context: &RequestContext, fault: &InstanceFault) -> Value {
    let mut shown = json!({
        "code": fault.code,
        "created": fault.created_at.map(DateTime::to_seconds),
        "message": fault.message,
    });
    if !fault.details.is_empty() && (context.is_admin || fault.code != 500) {
        shown["details"] = json!(fault.details);
    }
    shown
}

fn updated(instance: &Instance) -> Option<DateTime> {
    instance.updated_at.or(instance.created_at)
}

/// Which of its project's servers share a host can be seen; which host it is cannot.
fn host_id(instance: &Instance) -> String {
    let Some(host) = &instance.host else { return String::new() };
    let digest = Sha224::digest(format!("{}{host}", instance.project_id));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
