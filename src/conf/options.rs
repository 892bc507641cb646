//! Every option there is.

use super::{
    Conf,
    value::{OptionValue, positive},
};

/// One option: where it stands, what it means, and how it is read and written.
pub struct Opt {
    /// The section: `DEFAULT`, `database`.
    pub group: &'static str,
    /// The name.
    pub name: &'static str,
    /// What it means.
    pub help: &'static str,
    /// Its value, as it would stand in the file; `None` for a secret.
    pub show: fn(&Conf) -> Option<String>,
    pub(super) set: fn(&mut Conf, &str) -> Result<(), String>,
}

macro_rules! options {
    ($([$group:ident] $name:ident = $($field:ident).+ $(if $check:ident)?, $help:literal;)+) => {
        /// Every option there is.
        pub const OPTIONS: &[Opt] = &[$(Opt {
            group: stringify!($group),
            name: stringify!($name),
            help: $help,
            show: |conf| conf.$($field).+.show(),
            set: |conf, text| {
                let value = OptionValue::read(text)?;
                $($check(&value).map_err(|problem| {
                    format!(concat!("[", stringify!($group), "] ", stringify!($name), " {}"), problem)
                })?;)?
                conf.$($field).+ = value;
                Ok(())
            },
        }),+];
    };
}

options! {
    [DEFAULT] transport_url = rpc.transport_url,
        "where the broker is: rabbit://USER:PASSWORD@HOST:PORT/VHOST; empty: all in one process";
    [DEFAULT] rpc_response_timeout = rpc.rabbit.rpc_response_timeout,
        "seconds that a call waits for its answer, and a cast for the broker";
    [DEFAULT] control_exchange = rpc.rabbit.control_exchange,
        "the exchange that the topics belong to";
    [DEFAULT] compute_topic = rpc.compute_topic,
        "the topic on which the compute services listen";
    [DEFAULT] scheduler_topic = rpc.scheduler_topic,
        "the topic on which the schedulers listen";
    [DEFAULT] host = compute.host,
        "the name of this host, where one service runs in a process";
    [DEFAULT] osapi_compute_listen = osapi_compute_listen,
        "the address the API listens on";
    [DEFAULT] osapi_compute_listen_port = osapi_compute_listen_port,
        "the port the API listens on; 0: any free one";
    [DEFAULT] api_paste_config = api_paste_config,
        "the paste file; empty: the one built in";
    [DEFAULT] api_rate_limit = pipeline.api_rate_limit,
        "may the old v2 limit the rate of requests?";
    [DEFAULT] use_forwarded_for = context.use_forwarded_for,
        "is X-Forwarded-For the address of the client?";
    [DEFAULT] compute_driver = compute.compute_driver,
        "what drives the hypervisor";
    [DEFAULT] my_ip = compute.my_ip,
        "the address of this machine for others: of a compute host, and of services that listen on \
         all addresses";
    [DEFAULT] state_path = compute.state_path,
        "the folder for what has to outlive a compute service: the disks of real guests; \
         empty: nothing has to";
    [DEFAULT] shutdown_timeout = compute.shutdown_timeout,
        "seconds that a guest has to switch itself off";
    [DEFAULT] resume_guests_state_on_host_boot = compute.resume_guests_state_on_host_boot,
        "are guests started that ran when their host went down?";
    [DEFAULT] reserved_host_memory_mb = compute.reserved_host_memory_mb,
        "memory that is a host's own, in MiB";
    [DEFAULT] reserved_host_disk_mb = compute.reserved_host_disk_mb,
        "disk that is a host's own, in MiB";
    [DEFAULT] cpu_allocation_ratio = compute.cpu_allocation_ratio,
        "how many times CPUs may be promised; 0: 16 times";
    [DEFAULT] ram_allocation_ratio = compute.ram_allocation_ratio,
        "how many times memory may be promised; 0: 1.5 times";
    [DEFAULT] disk_allocation_ratio = compute.disk_allocation_ratio,
        "how many times disk may be promised; 0: once";
    [DEFAULT] max_concurrent_builds = compute.max_concurrent_builds,
        "servers that a host makes at a time; 0: any number";
    [DEFAULT] instance_build_timeout = instance_build_timeout,
        "seconds that a server may be in the making; 0: any time";
    [DEFAULT] report_interval = compute.report_interval,
        "seconds between two signs of life of a service";
    [DEFAULT] update_resources_interval = compute.update_resources_interval,
        "seconds between two counts of a host's resources";
    [DEFAULT] sync_power_state_interval = compute.sync_power_state_interval,
        "seconds between two looks at whether a host's guests do what their servers say; 0: never";
    [DEFAULT] quota_instances = quota.quota_instances,
        "servers a project may have; -1: any number";
    [DEFAULT] quota_cores = quota.quota_cores,
        "CPUs a project may have; -1: any number";
    [DEFAULT] quota_ram = quota.quota_ram,
        "memory a project may have, in MiB; -1: any amount";
    [DEFAULT] quota_floating_ips = quota.quota_floating_ips,
        "floating addresses a project may have; -1: any number";
    [DEFAULT] quota_fixed_ips = quota.quota_fixed_ips,
        "fixed addresses a project may have; -1: any number";
    [DEFAULT] quota_metadata_items = quota.quota_metadata_items,
        "notes that a server may have; -1: any number";
    [DEFAULT] quota_injected_files = quota.quota_injected_files,
        "files that a server may be given; -1: any number";
    [DEFAULT] quota_injected_file_content_bytes = quota.quota_injected_file_content_bytes,
        "bytes that such a file may have; -1: any number";
    [DEFAULT] quota_injected_file_path_length = quota.quota_injected_file_path_length,
        "characters that its path may have; -1: any number";
    [DEFAULT] quota_security_groups = quota.quota_security_groups,
        "security groups a project may have; -1: any number";
    [DEFAULT] quota_security_group_rules = quota.quota_security_group_rules,
        "rules that a security group may have; -1: any number";
    [DEFAULT] quota_key_pairs = quota.quota_key_pairs,
        "key pairs a user may have; -1: any number";
    [DEFAULT] quota_server_groups = quota.quota_server_groups,
        "groups of servers a project may have; -1: any number";
    [DEFAULT] quota_server_group_members = quota.quota_server_group_members,
        "servers a user may have in a group; -1: any number";
    [DEFAULT] osapi_hide_server_address_states = hide_server_addresses.osapi_hide_server_address_states,
        "the vm_states in which a server's addresses are hidden";
    [DEFAULT] multi_instance_display_name_template = multi_instance_display_name_template,
        "names of servers that are made together";
    [DEFAULT] reclaim_instance_interval = compute.reclaim_instance_interval,
        "seconds for which a deleted server can be restored; 0: it cannot";
    [DEFAULT] running_deleted_instance_poll_interval = compute.running_deleted_instance_poll_interval,
        "seconds between two looks for guests of deleted servers; 0: never";
    [DEFAULT] running_deleted_instance_action = compute.running_deleted_instance_action,
        "what is done with them: noop, log, shutdown, reap";
    [DEFAULT] running_deleted_instance_timeout = compute.running_deleted_instance_timeout,
        "seconds for which their servers must have been deleted before";
    [DEFAULT] scheduler_default_filters = scheduler.scheduler_default_filters,
        "the filters asked, in this order";
    [DEFAULT] scheduler_weight_classes = scheduler.scheduler_weight_classes,
        "the weighers asked";
    [DEFAULT] scheduler_max_attempts = scheduler.scheduler_max_attempts,
        "how often an instance is sent to a host before Nova gives up";
    [DEFAULT] allow_resize_to_same_host = allow_resize_to_same_host,
        "may a server change its size on the host that it is on?";
    [DEFAULT] scheduler_host_subset_size = scheduler.scheduler_host_subset_size,
        "one of so many best hosts is taken, at random";
    [DEFAULT] scheduler_driver_task_period = scheduler.scheduler_driver_task_period,
        "seconds after which a scheduler reads all hosts again; before, it reads what has changed";
    [DEFAULT] default_availability_zone = scheduler.default_availability_zone,
        "the zone of hosts whose aggregates name none";
    [DEFAULT] max_instances_per_host = scheduler.max_instances_per_host,
        "servers that a host may have, where NumInstancesFilter is asked";
    [DEFAULT] max_io_ops_per_host = scheduler.max_io_ops_per_host,
        "servers that a host may be busy with, where IoOpsFilter is asked";
    [DEFAULT] ram_weight_multiplier = scheduler.ram_weight_multiplier,
        "how much free memory counts; negative: stack servers";
    [DEFAULT] disk_weight_multiplier = scheduler.disk_weight_multiplier,
        "how much free disk counts; negative: stack servers";
    [DEFAULT] io_ops_weight_multiplier = scheduler.io_ops_weight_multiplier,
        "how much it counts that a host is busy; negative: avoid it";
    [DEFAULT] soft_affinity_weight_multiplier = scheduler.soft_affinity_weight_multiplier,
        "how much it counts that a host has members of a soft-affinity group";
    [DEFAULT] soft_anti_affinity_weight_multiplier = scheduler.soft_anti_affinity_weight_multiplier,
        "how much it counts that a host has no members of a soft-anti-affinity group";
    [DEFAULT] service_down_time = scheduler.service_down_time,
        "seconds of silence after which a service is down";
    [vnc] novncproxy_base_url = compute.novncproxy_base_url,
        "where the proxy for screens in a browser answers";
    [vnc] xvpvncproxy_base_url = compute.xvpvncproxy_base_url,
        "where the proxy for screens in a viewer answers";
    [api] auth_strategy = pipeline.auth_strategy,
        "which line of the paste file's pipelines is taken: keystone or noauth2";
    [keystone_authtoken] auth_url = keystone_authtoken.auth_url,
        "the identity service that is asked; empty: the one built in";
    [keystone_authtoken] auth_uri = keystone_authtoken.auth_uri,
        "where clients are told to log in; empty: the same";
    [keystone_authtoken] username = keystone_authtoken.credentials.username,
        "as whom Nova asks the identity service";
    [keystone_authtoken] password = keystone_authtoken.credentials.password,
        "that user's password";
    [keystone_authtoken] project_name = keystone_authtoken.credentials.project_name,
        "that user's project";
    [keystone_authtoken] user_domain_name = keystone_authtoken.credentials.user_domain_name,
        "the domain of the user";
    [keystone_authtoken] project_domain_name = keystone_authtoken.credentials.project_domain_name,
        "the domain of the project";
    [keystone_authtoken] http_connect_timeout = keystone_authtoken.http_connect_timeout if positive,
        "seconds that the identity service has for an answer";
    [keystone_authtoken] http_request_max_retries = keystone_authtoken.http_request_max_retries,
        "how often one that is not reached is asked once more";
    [keystone_authtoken] token_cache_time = keystone_authtoken.token_cache_time,
        "seconds for which an answer is believed; 0: ask each time";
    [keystone_authtoken] delay_auth_decision = keystone_authtoken.delay_auth_decision,
        "is a request without a token let through, for others to refuse?";
    [conductor] topic = rpc.conductor_topic,
        "the topic on which the conductors listen";
    [cors] allowed_origin = cors.allowed_origin,
        "the origins whose pages may use the API; *: any";
    [cors] allow_credentials = cors.allow_credentials,
        "may they send the user's credentials?";
    [cors] expose_headers = cors.expose_headers,
        "the headers of answers that they may read";
    [cors] max_age = cors.max_age,
        "seconds for which a browser may remember what they may; 0: not said";
    [cors] allow_methods = cors.allow_methods,
        "the methods that they may use";
    [cors] allow_headers = cors.allow_headers,
        "the headers of requests that they may send";
    [database] connection = connection,
        "where the rows are: sqlite:// (in memory), sqlite:///PATH or \
         postgresql://USER:PASSWORD@HOST/DATABASE";
    [flow] enabled = flow.enabled,
        "do the services send what they see of requests, for the API process to collect?";
    [flow] topic = flow.topic,
        "the topic to which they send it";
    [flow] port = flow.port,
        "the port on which the API process tells it; 0: any free one";
    [flow] otlp_endpoint = flow.otlp_endpoint,
        "the collector of OpenTelemetry that each process tells it, over OTLP/HTTP: \
         http://127.0.0.1:4318; empty: none";
    [glance] api_servers = api_servers,
        "image services to ask, in turn; empty: the one built in";
    [glance] num_retries = num_retries,
        "how often one that does not answer is asked once more";
    [libvirt] connection_uri = compute.libvirt.connection_uri,
        "where libvirt is: qemu:///system; empty: in the process of the compute service";
    [libvirt] virt_type = compute.libvirt.virt_type,
        "what runs the guests: qemu, on any machine; kvm, on its CPUs";
    [libvirt] wait_soft_reboot_seconds = compute.libvirt.wait_soft_reboot_seconds,
        "seconds that a guest has to restart itself";
    [quota] recheck_quota = quota.recheck_quota,
        "are servers and groups counted again once they are written?";
    [oslo_messaging_rabbit] amqp_durable_queues = rpc.rabbit.amqp_durable_queues,
        "do exchange and queues of the topics outlive the broker?";
    [oslo_messaging_rabbit] rabbit_quorum_queue = rpc.rabbit.rabbit_quorum_queue,
        "are the queues of the topics kept by several brokers?";
    [oslo_messaging_rabbit] rabbit_transient_quorum_queue = rpc.rabbit.rabbit_transient_quorum_queue,
        "are those of fanouts and replies?";
    [oslo_messaging_rabbit] rabbit_transient_queues_ttl = rpc.rabbit.rabbit_transient_queues_ttl,
        "seconds for which a queue of fanouts or replies outlives its consumer";
    [oslo_messaging_rabbit] rabbit_qos_prefetch_count = rpc.rabbit.rabbit_qos_prefetch_count,
        "messages that are on their way to a server at a time; 0: any number";
    [oslo_messaging_rabbit] heartbeat_timeout_threshold = rpc.rabbit.heartbeat_timeout_threshold,
        "seconds of silence after which a connection is lost; 0: never";
    [oslo_messaging_rabbit] rabbit_interval_max = rpc.rabbit.rabbit_interval_max,
        "the longest pause between two attempts to reach the broker, in seconds";
    [oslo_messaging_rabbit] kombu_missing_consumer_retry_timeout = rpc.rabbit.kombu_missing_consumer_retry_timeout,
        "seconds for which a reply is kept for a queue that is not there";
    [oslo_middleware] max_request_body_size = sizelimit.max_request_body_size,
        "the longest body that is read, in bytes";
    [oslo_middleware] enable_proxy_headers_parsing = proxy.enable_proxy_headers_parsing,
        "does every request come through a proxy that writes Forwarded itself?";
    [osapi_v21] extensions_whitelist = osapi_v21.extensions_whitelist,
        "the extensions wanted, by alias; empty: all that are installed";
    [osapi_v21] extensions_blacklist = osapi_v21.extensions_blacklist,
        "those not wanted";
    [osapi_v21] project_id_regex = osapi_v21.project_id_regex,
        "what the id of a project looks like in a URL";
    [oslo_policy] policy_file = policy_file,
        "the file of who may do what; empty: the one built in";
    [mini_nova] fake_hosts = fake_hosts,
        "how many compute services run in this process";
    [mini_nova] identity_port = identity_port,
        "the port of the built-in identity service; 0: any free one";
    [mini_nova] identities = identities,
        "the file of those who may log in there; empty: the one built in";
    [mini_nova] token_expiration = token_expiration if positive,
        "seconds for which its tokens are good";
    [mini_nova] image_port = image_port,
        "the port of the built-in image service; 0: any free one";
    [mini_nova] image_size_cap = image.image_size_cap,
        "the most bytes that an image there may have";
    [mini_nova] filesystem_store_datadir = image.filesystem_store_datadir,
        "the folder for its images; empty: one that goes with the process";
}
