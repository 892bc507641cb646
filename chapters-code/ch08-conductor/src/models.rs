//! The tables (`nova/db/sqlalchemy/models.py`).

use crate::table::{
    Table,
    Type::{Boolean, Integer, Json, Real, Text, Time},
};
use nova_objects::{
    Aggregate, ComputeNode, Flavor, Instance, InstanceAction, InstanceActionEvent, InstanceFault,
    InstanceGroup, KeyPair, Migration, NovaObject, Quota, Service,
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
    &KEY_PAIRS,
    &AGGREGATES,
    &INSTANCE_GROUPS,
    &QUOTAS,
    &MIGRATIONS,
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
        ("display_description", Text),
        ("hostname", Text),
        ("vm_state", Text),
        ("task_state", Text),
        ("power_state", Integer),
        ("host", Text),
        ("node", Text),
        ("launched_on", Text),
        ("flavor", Json),
        ("old_flavor", Json),
        ("new_flavor", Json),
        ("memory_mb", Integer),
        ("vcpus", Integer),
        ("root_gb", Integer),
        ("ephemeral_gb", Integer),
        ("image_ref", Text),
        ("kernel_id", Text),
        ("ramdisk_id", Text),
        ("root_device_name", Text),
        ("availability_zone", Text),
        ("key_name", Text),
        ("key_data", Text),
        ("config_drive", Text),
        ("user_data", Text),
        ("access_ip_v4", Text),
        ("access_ip_v6", Text),
        ("network_info", Json),
        ("auto_disk_config", Boolean),
        ("locked", Boolean),
        ("locked_by", Text),
        ("reservation_id", Text),
        ("launch_index", Integer),
        ("metadata", Json),
        ("system_metadata", Json),
        ("tags", Json),
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
        ("host", Text),
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
        ("projects", Json),
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

static KEY_PAIRS: Table = Table {
    class: KeyPair::NAME,
    name: "key_pairs",
    key: KeyPair::KEY,
    columns: &[
        ("id", Integer),
        ("user_id", Text),
        ("name", Text),
        ("fingerprint", Text),
        ("public_key", Text),
        ("type", Text),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};

static AGGREGATES: Table = Table {
    class: Aggregate::NAME,
    name: "aggregates",
    key: Aggregate::KEY,
    columns: &[
        ("id", Integer),
        ("uuid", Text),
        ("name", Text),
        ("hosts", Json),
        ("metadata", Json),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};

static INSTANCE_GROUPS: Table = Table {
    class: InstanceGroup::NAME,
    name: "instance_groups",
    key: InstanceGroup::KEY,
    columns: &[
        ("id", Integer),
        ("uuid", Text),
        ("project_id", Text),
        ("user_id", Text),
        ("name", Text),
        ("policies", Json),
        ("members", Json),
        ("metadata", Json),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};

static QUOTAS: Table = Table {
    class: Quota::NAME,
    name: "quotas",
    key: Quota::KEY,
    columns: &[
        ("id", Integer),
        ("project_id", Text),
        ("user_id", Text),
        ("resource", Text),
        ("hard_limit", Integer),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};

static MIGRATIONS: Table = Table {
    class: Migration::NAME,
    name: "migrations",
    key: Migration::KEY,
    columns: &[
        ("id", Integer),
        ("instance_uuid", Text),
        ("source_compute", Text),
        ("source_node", Text),
        ("dest_compute", Text),
        ("dest_node", Text),
        ("dest_host", Text),
        ("status", Text),
        ("migration_type", Text),
        ("old_instance_type_id", Integer),
        ("new_instance_type_id", Integer),
        ("created_at", Time),
        ("updated_at", Time),
    ],
};
