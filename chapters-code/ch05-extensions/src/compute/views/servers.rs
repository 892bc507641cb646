//! How servers are shown (`nova/api/openstack/compute/views/servers.py` `ViewBuilderV21`).

use super::Links;
use crate::compute::status::status;
use nova_objects::{DateTime, Instance, InstanceFault, RequestContext};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha224};

/// The statuses that progress goes with (`ViewBuilder._progress_statuses`).
const PROGRESS_STATUSES: [&str; 6] =
    ["ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"];

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
        "OS-DCF:diskConfig": disk_config(instance),
        "security_groups": [{ "name": "default" }],
    })
}

/// A server by itself, with all that its extensions add.
pub fn show(
    links: &Links,
    context: &RequestContext,
    instance: &Instance,
    fault: Option<&InstanceFault>,
) -> Value {
    let mut server = core(links, instance);
    extended(&mut server, instance);
    if context.is_admin {
        extended_server_attributes(&mut server, instance);
    }
    if PROGRESS_STATUSES.contains(&status(instance)) {
        // Nova shows a column that its own drivers leave alone.
        server.insert("progress".into(), 0.into());
    }
    if let Some(fault) = fault.filter(|_| wants_fault(instance)) {
        server.insert("fault".into(), self::fault(context, fault));
    }
    Value::Object(server)
}

/// Is `fault` something that [`show`] would want to know?
pub fn wants_fault(instance: &Instance) -> bool {
    matches!(status(instance), "ERROR" | "DELETED")
}

fn core(links: &Links, instance: &Instance) -> Map<String, Value> {
    let flavor = &instance.flavor.flavorid;
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
            ("flavor", json!({ "id": flavor, "links": [links.bookmark("flavors", flavor)] })),
            ("created", json!(instance.created_at.map(DateTime::to_seconds))),
            ("updated", json!(updated(instance).map(DateTime::to_seconds))),
            ("addresses", json!({})),
            ("links", links.pair("servers", &instance.uuid)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    )
}

/// What each of the always present extensions adds, under its own prefix.
fn extended(server: &mut Map<String, Value>, instance: &Instance) {
    let zone = match &instance.host {
        Some(_) => "nova",
        None => instance.availability_zone.as_deref().unwrap_or_default(),
    };
    let moments = [instance.launched_at, instance.terminated_at];
    let [launched_at, terminated_at] = moments.map(|moment| moment.map(DateTime::to_naive));
    server.extend(
        [
            ("accessIPv4", json!(instance.access_ip_v4.as_deref().unwrap_or_default())),
            ("accessIPv6", json!(instance.access_ip_v6.as_deref().unwrap_or_default())),
            ("key_name", json!(instance.key_name)),
            ("config_drive", json!(instance.config_drive)),
            ("security_groups", json!([{ "name": "default" }])),
            ("OS-DCF:diskConfig", json!(disk_config(instance))),
            ("OS-EXT-AZ:availability_zone", json!(zone)),
            ("OS-EXT-STS:vm_state", json!(instance.vm_state)),
            ("OS-EXT-STS:task_state", json!(instance.task_state)),
            ("OS-EXT-STS:power_state", json!(instance.power_state)),
            ("OS-SRV-USG:launched_at", json!(launched_at)),
            ("OS-SRV-USG:terminated_at", json!(terminated_at)),
            ("os-extended-volumes:volumes_attached", json!([])),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
}

fn extended_server_attributes(server: &mut Map<String, Value>, instance: &Instance) {
    server.extend(
        [
            ("OS-EXT-SRV-ATTR:host", json!(instance.host)),
            ("OS-EXT-SRV-ATTR:hypervisor_hostname", json!(instance.node)),
            ("OS-EXT-SRV-ATTR:instance_name", json!(instance.name())),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
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

fn disk_config(instance: &Instance) -> &'static str {
    if instance.auto_disk_config { "AUTO" } else { "MANUAL" }
}

/// Which of its project's servers share a host can be seen; which host it is cannot.
fn host_id(instance: &Instance) -> String {
    let Some(host) = &instance.host else { return String::new() };
    let digest = Sha224::digest(format!("{}{host}", instance.project_id));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
