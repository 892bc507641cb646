-- The tables of a fresh database, under Nova's names (its migration 216).
--
-- Texts, whole numbers and floating numbers only: a boolean is 0 or 1, a moment is the text of
-- fixed width that sorts as moments do, lists and maps are JSON. So one text of each statement
-- serves every database.

CREATE TABLE instances (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid              TEXT NOT NULL UNIQUE,
    project_id        TEXT NOT NULL,
    user_id           TEXT NOT NULL,
    display_name      TEXT NOT NULL,
    hostname          TEXT NOT NULL,
    vm_state          TEXT NOT NULL,
    task_state        TEXT,
    power_state       BIGINT NOT NULL,
    host              TEXT,
    node              TEXT,
    launched_on       TEXT,
    flavor            TEXT NOT NULL,
    memory_mb         BIGINT NOT NULL,
    vcpus             BIGINT NOT NULL,
    root_gb           BIGINT NOT NULL,
    ephemeral_gb      BIGINT NOT NULL,
    image_ref         TEXT NOT NULL,
    availability_zone TEXT,
    key_name          TEXT,
    config_drive      TEXT NOT NULL,
    user_data         TEXT,
    access_ip_v4      TEXT,
    access_ip_v6      TEXT,
    auto_disk_config  BIGINT NOT NULL,
    reservation_id    TEXT NOT NULL,
    launch_index      BIGINT NOT NULL,
    metadata          TEXT NOT NULL,
    system_metadata   TEXT NOT NULL,
    launched_at       TEXT,
    terminated_at     TEXT,
    created_at        TEXT,
    updated_at        TEXT,
    deleted           BIGINT NOT NULL,
    deleted_at        TEXT
);

CREATE INDEX instances_project_id_deleted_idx ON instances (project_id, deleted);
CREATE INDEX instances_host_deleted_idx ON instances (host, deleted);

CREATE TABLE instance_faults (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_uuid TEXT NOT NULL,
    code          BIGINT NOT NULL,
    message       TEXT NOT NULL,
    details       TEXT NOT NULL,
    host          TEXT,
    created_at    TEXT
);

CREATE INDEX instance_faults_instance_uuid_idx ON instance_faults (instance_uuid);

CREATE TABLE instance_actions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_uuid TEXT NOT NULL,
    action        TEXT NOT NULL,
    request_id    TEXT NOT NULL,
    user_id       TEXT,
    project_id    TEXT,
    start_time    TEXT,
    message       TEXT
);

CREATE INDEX instance_actions_instance_uuid_idx ON instance_actions (instance_uuid);

CREATE TABLE instance_actions_events (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_uuid TEXT NOT NULL,
    request_id    TEXT NOT NULL,
    event         TEXT NOT NULL,
    start_time    TEXT,
    finish_time   TEXT,
    result        TEXT,
    traceback     TEXT
);

CREATE INDEX instance_actions_events_request_id_idx ON instance_actions_events (request_id);

CREATE TABLE flavors (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    flavorid     TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL UNIQUE,
    memory_mb    BIGINT NOT NULL,
    vcpus        BIGINT NOT NULL,
    root_gb      BIGINT NOT NULL,
    ephemeral_gb BIGINT NOT NULL,
    swap         BIGINT NOT NULL,
    rxtx_factor  DOUBLE PRECISION NOT NULL,
    is_public    BIGINT NOT NULL,
    disabled     BIGINT NOT NULL,
    extra_specs  TEXT NOT NULL,
    created_at   TEXT,
    updated_at   TEXT
);

CREATE TABLE compute_nodes (
    id                    INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid                  TEXT NOT NULL UNIQUE,
    host                  TEXT NOT NULL,
    hypervisor_hostname   TEXT NOT NULL,
    hypervisor_type       TEXT NOT NULL,
    hypervisor_version    BIGINT NOT NULL,
    host_ip               TEXT NOT NULL,
    cpu_info              TEXT NOT NULL,
    vcpus                 BIGINT NOT NULL,
    vcpus_used            BIGINT NOT NULL,
    memory_mb             BIGINT NOT NULL,
    memory_mb_used        BIGINT NOT NULL,
    free_ram_mb           BIGINT NOT NULL,
    local_gb              BIGINT NOT NULL,
    local_gb_used         BIGINT NOT NULL,
    free_disk_gb          BIGINT NOT NULL,
    disk_available_least  BIGINT,
    running_vms           BIGINT NOT NULL,
    current_workload      BIGINT NOT NULL,
    cpu_allocation_ratio  DOUBLE PRECISION NOT NULL,
    ram_allocation_ratio  DOUBLE PRECISION NOT NULL,
    disk_allocation_ratio DOUBLE PRECISION NOT NULL,
    supported_instances   TEXT NOT NULL,
    stats                 TEXT NOT NULL,
    created_at            TEXT,
    updated_at            TEXT,
    UNIQUE (host, hypervisor_hostname)
);

CREATE TABLE services (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    host            TEXT NOT NULL,
    "binary"        TEXT NOT NULL,
    topic           TEXT NOT NULL,
    report_count    BIGINT NOT NULL,
    disabled        BIGINT NOT NULL,
    disabled_reason TEXT,
    forced_down     BIGINT NOT NULL,
    last_seen_up    TEXT,
    created_at      TEXT,
    updated_at      TEXT,
    UNIQUE (host, "binary")
);
