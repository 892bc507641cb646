-- What the whole API needs: more to say of an instance and of a flavor, and five more tables.
--
-- Rows that are there already get what they would have said, had they been asked.

ALTER TABLE instances ADD COLUMN display_description TEXT;
ALTER TABLE instances ADD COLUMN old_flavor TEXT;
ALTER TABLE instances ADD COLUMN new_flavor TEXT;
ALTER TABLE instances ADD COLUMN kernel_id TEXT;
ALTER TABLE instances ADD COLUMN ramdisk_id TEXT;
ALTER TABLE instances ADD COLUMN root_device_name TEXT;
ALTER TABLE instances ADD COLUMN key_data TEXT;
ALTER TABLE instances ADD COLUMN network_info TEXT NOT NULL DEFAULT '[]';
ALTER TABLE instances ADD COLUMN locked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN locked_by TEXT;
ALTER TABLE instances ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';

ALTER TABLE flavors ADD COLUMN projects TEXT NOT NULL DEFAULT '[]';

CREATE TABLE key_pairs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     TEXT NOT NULL,
    name        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    public_key  TEXT NOT NULL,
    type        TEXT NOT NULL,
    created_at  TEXT,
    updated_at  TEXT,
    UNIQUE (user_id, name)
);

CREATE TABLE aggregates (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    hosts      TEXT NOT NULL,
    metadata   TEXT NOT NULL,
    created_at TEXT,
    updated_at TEXT
);

CREATE TABLE instance_groups (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    name       TEXT NOT NULL,
    policies   TEXT NOT NULL,
    members    TEXT NOT NULL,
    metadata   TEXT NOT NULL,
    created_at TEXT,
    updated_at TEXT
);

CREATE INDEX instance_groups_project_id_idx ON instance_groups (project_id);

CREATE TABLE quotas (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id TEXT NOT NULL,
    user_id    TEXT,
    resource   TEXT NOT NULL,
    hard_limit BIGINT NOT NULL,
    created_at TEXT,
    updated_at TEXT
);

-- No NULL equals another: without COALESCE a project could have two limits of a kind.
CREATE UNIQUE INDEX quotas_project_id_user_id_resource_idx
    ON quotas (project_id, COALESCE(user_id, ''), resource);

CREATE TABLE migrations (
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_uuid        TEXT NOT NULL,
    source_compute       TEXT NOT NULL,
    source_node          TEXT NOT NULL,
    dest_compute         TEXT NOT NULL,
    dest_node            TEXT NOT NULL,
    dest_host            TEXT,
    status               TEXT NOT NULL,
    migration_type       TEXT NOT NULL,
    old_instance_type_id BIGINT NOT NULL,
    new_instance_type_id BIGINT NOT NULL,
    created_at           TEXT,
    updated_at           TEXT
);

CREATE INDEX migrations_instance_uuid_status_idx ON migrations (instance_uuid, status);
