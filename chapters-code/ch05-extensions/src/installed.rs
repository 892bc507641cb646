//! The extensions of the compute API, as Nova's `setup.cfg` lists them.

use crate::{
    compute::*,
    extension::{
        ExtensionEntryPoint, SERVER_CREATE, SERVER_REBUILD, SERVER_RESIZE, SERVER_UPDATE,
        offered_in,
    },
};

/// All of them, by namespace.
pub const EXTENSIONS: &[ExtensionEntryPoint] = &[
    // nova.api.v21.extensions
    access_ips::ENTRY_POINT,
    admin_actions::ENTRY_POINT,
    aggregates::ENTRY_POINT,
    availability_zone::ENTRY_POINT,
    block_device_mapping::ENTRY_POINT,
    config_drive::ENTRY_POINT,
    console_output::ENTRY_POINT,
    deferred_delete::ENTRY_POINT,
    disk_config::ENTRY_POINT,
    extended_availability_zone::ENTRY_POINT,
    extended_server_attributes::ENTRY_POINT,
    extended_status::ENTRY_POINT,
    extended_volumes::ENTRY_POINT,
    flavor_access::ENTRY_POINT,
    flavor_manage::ENTRY_POINT,
    flavor_rxtx::ENTRY_POINT,
    flavors::ENTRY_POINT,
    flavors_extraspecs::ENTRY_POINT,
    keypairs::ENTRY_POINT,
    instance_actions::ENTRY_POINT,
    lock_server::ENTRY_POINT,
    hypervisors::ENTRY_POINT,
    limits::ENTRY_POINT,
    multiple_create::ENTRY_POINT,
    pause_server::ENTRY_POINT,
    personality::ENTRY_POINT,
    remote_consoles::ENTRY_POINT,
    quota_sets::ENTRY_POINT,
    scheduler_hints::ENTRY_POINT,
    security_groups::ENTRY_POINT,
    server_groups::ENTRY_POINT,
    server_usage::ENTRY_POINT,
    servers::ENTRY_POINT,
    suspend_server::ENTRY_POINT,
    services::ENTRY_POINT,
    simple_tenant_usage::ENTRY_POINT,
    used_limits::ENTRY_POINT,
    user_data::ENTRY_POINT,
    versions::ENTRY_POINT,
    // nova.api.v21.extensions.server.create
    offered_in(SERVER_CREATE, access_ips::ENTRY_POINT),
    offered_in(SERVER_CREATE, availability_zone::ENTRY_POINT),
    offered_in(SERVER_CREATE, block_device_mapping::ENTRY_POINT),
    offered_in(SERVER_CREATE, config_drive::ENTRY_POINT),
    offered_in(SERVER_CREATE, disk_config::ENTRY_POINT),
    offered_in(SERVER_CREATE, keypairs::ENTRY_POINT),
    offered_in(SERVER_CREATE, multiple_create::ENTRY_POINT),
    offered_in(SERVER_CREATE, personality::ENTRY_POINT),
    offered_in(SERVER_CREATE, scheduler_hints::ENTRY_POINT),
    offered_in(SERVER_CREATE, security_groups::ENTRY_POINT),
    offered_in(SERVER_CREATE, user_data::ENTRY_POINT),
    // nova.api.v21.extensions.server.rebuild
    offered_in(SERVER_REBUILD, access_ips::ENTRY_POINT),
    offered_in(SERVER_REBUILD, disk_config::ENTRY_POINT),
    offered_in(SERVER_REBUILD, personality::ENTRY_POINT),
    // nova.api.v21.extensions.server.update
    offered_in(SERVER_UPDATE, access_ips::ENTRY_POINT),
    offered_in(SERVER_UPDATE, disk_config::ENTRY_POINT),
    // nova.api.v21.extensions.server.resize
    offered_in(SERVER_RESIZE, disk_config::ENTRY_POINT),
];
