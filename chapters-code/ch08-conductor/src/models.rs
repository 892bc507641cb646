//! The tables (`nova/db/sqlalchemy/models.py`).

use crate::table::{
    Table,
    Type::{Boolean, Integer, Json, Real, Text, Time},
};
use nova_objects::{
    ComputeNode, Flavor, Instance, InstanceAction, InstanceActionEvent, InstanceFault, NovaObject,
    Service,
};

/// All of them: what has no table here has no row.
pub(crate) const TABLES: &[&Table] = &[
    &INSTANCES,
    &INSTANCE_FAULTS,
    &INSTANCE_ACTIONS,
    &INSTANCE_ACTIONS_EVENTS,
    &FLAVORS,
    &COMPUTE_NODES,
    &SERVICES,
];

static INSTANCES: Table = Table {
    class: Instance::NAME,
    name: "instances",
    key: Instance::KEY,
    columns: &[
        ("id", Integer),
        ("uuid", Text),
        ("project_id", Text),
        ("user_id", Text),
        ("display_name", Text),
        ("hostname", Text),
        ("vm_state", Text),
        ("task_state", Text),
        ("power_state", Integer),
        ("host", Text),
        ("node", Text),
        ("launched_on", Text),
        ("flavor", Json),
        ("memory_mb", Integer),
        ("vcpus", Integer),
        ("root_gb", Integer),
        ("ephemeral_gb", Integer),
        ("image_ref", Text),
        ("availability_zone", Text),
        ("key_name", Text),
        ("config_drive", Text),
        ("user_data", Text),
        ("access_ip_v4", Text),
        ("access_ip_v6", Text),
        ("auto_disk_config", Boolean),
        ("reservation_id", Text),
        ("launch_index", Integer),
        ("metadata", Json),
        ("system_metadata", Json),
        ("launched_at", Time),
        ("terminated_at", Time),
        ("created_at", Time),
        ("updated_at", Time),
        ("deleted", Boolean),
        ("deleted_at", Time),
    ],
};

static INSTANCE_FAULTS: Table = Table {
    class: InstanceFault::NAME,
    name: "instance_faults",
    key: InstanceFault::KEY,
    columns: &[
        ("id", Integer),
        ("instance_uuid", Text),
        ("code", Integer),
        ("message", Text),
        ("details", Text),
        ("host", Text),
        ("created_at", Time),
    ],
};

static INSTANCE_ACTIONS: Table = Table {
    class: InstanceAction::NAME,
    name: "instance_actions",
    key: InstanceAction::KEY,
    columns: &[
        ("id", Integer),
        ("instance_uuid", Text),
        ("action", Text),
        ("request_id", Text),
        ("user_id", Text),
        ("project_id", Text),
        ("start_time", Time),
        ("message", Text),
    ],
};

static INSTANCE_ACTIONS_EVENTS: Table = Table {
    class: InstanceActionEvent::NAME,
    name: "instance_actions_events",
    key: InstanceActionEvent::KEY,
    columns: &[
        ("id", Integer),
        ("instance_uuid", Text),
        ("request_id", Text),
        ("event", Text),
        ("start_time", Time),
        ("finish_time", Time),
        ("result", Text),
        ("traceback", Text),
    ],
};

static FLAVORS: Table = Table {
    class: Flavor::NAME,
    name: "flavors",
    key: Flavor::KEY,
    columns: &[
        ("id", Integer),
        ("flavorid", Text),
        ("name", Text),
        ("memory_mb", Integer),
        ("vcpus", Integer),
        ("root_gb", Integer),
        ("ephemeral_gb", Integer),
        ("swap", Integer),
        ("rxtx_factor", Real),
        ("is_public", Boolean),
        ("disabled", Boolean),
        ("extra_specs", Json),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};

static COMPUTE_NODES: Table = Table {
    class: ComputeNode::NAME,
    name: "compute_nodes",
    key: ComputeNode::KEY,
    columns: &[
        ("id", Integer),
        ("uuid", Text),
        ("host", Text),
        ("hypervisor_hostname", Text),
        ("hypervisor_type", Text),
        ("hypervisor_version", Integer),
        ("host_ip", Text),
        ("cpu_info", Text),
        ("vcpus", Integer),
        ("vcpus_used", Integer),
        ("memory_mb", Integer),
        ("memory_mb_used", Integer),
        ("free_ram_mb", Integer),
        ("local_gb", Integer),
        ("local_gb_used", Integer),
        ("free_disk_gb", Integer),
        ("disk_available_least", Integer),
        ("running_vms", Integer),
        ("current_workload", Integer),
        ("cpu_allocation_ratio", Real),
        ("ram_allocation_ratio", Real),
        ("disk_allocation_ratio", Real),
        ("supported_instances", Json),
        ("stats", Json),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};

static SERVICES: Table = Table {
    class: Service::NAME,
    name: "services",
    key: Service::KEY,
    columns: &[
        ("id", Integer),
        ("host", Text),
        ("binary", Text),
        ("topic", Text),
        ("report_count", Integer),
        ("disabled", Boolean),
        ("disabled_reason", Text),
        ("forced_down", Boolean),
        ("last_seen_up", Time),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};
