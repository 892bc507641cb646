//! The compute API from outside: requests go in, answers, rows and messages come out.

#[path = "../../examples/ch05/sockets.rs"]
mod sockets;

#[cfg(test)]
mod actions;
#[cfg(test)]
mod aggregates;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod consoles;
#[cfg(test)]
mod create;
#[cfg(test)]
mod deferred_delete;
#[cfg(test)]
mod extension_info;
#[cfg(test)]
mod extensions;
#[cfg(test)]
mod flavor_access;
#[cfg(test)]
mod flavor_extra_specs;
#[cfg(test)]
mod flavor_manage;
#[cfg(test)]
mod flavors;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod house;
#[cfg(test)]
mod hypervisors;
#[cfg(test)]
mod image_metadata;
#[cfg(test)]
mod images;
#[cfg(test)]
mod instance_actions;
#[cfg(test)]
mod ips;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod keypairs;
#[cfg(test)]
mod life;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod locks;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod races;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod resize;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod running_cloud;
#[cfg(test)]
mod server_groups;
#[cfg(test)]
mod server_metadata;
#[cfg(test)]
mod server_tags;
#[cfg(test)]
mod services;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod simple_tenant_usage;
#[cfg(test)]
mod snapshot;
#[cfg(test)]
mod versions;
#[cfg(test)]
mod zones;
