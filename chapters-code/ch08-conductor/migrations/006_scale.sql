-- What is asked again and again in a cloud of many hosts: which rows have changed, which service
-- beats, which nodes a host has.

CREATE INDEX services_changed_idx ON services (COALESCE(updated_at, created_at, ''));
CREATE INDEX compute_nodes_changed_idx ON compute_nodes (COALESCE(updated_at, created_at, ''));
CREATE INDEX services_host_binary_idx ON services (host, "binary");
CREATE INDEX compute_nodes_host_idx ON compute_nodes (host);
