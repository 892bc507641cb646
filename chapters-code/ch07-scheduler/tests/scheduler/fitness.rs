//! The filters that ask what a host is. The cases are those of Nova's own
//! `unit/scheduler/filters/test_{compute,compute_capabilities,image_props}_filters.py`.

use crate::cloud::{alive, host, said, spec};
use nova_objects::{ComputeNode, DateTime, Flavor, ImageMeta, RequestSpec, Service};
use nova_scheduler::{
    HostState,
    filters::{
        all_hosts_filter::AllHostsFilter, compute_capabilities_filter::ComputeCapabilitiesFilter,
        compute_filter::ComputeFilter, image_props_filter::ImagePropertiesFilter,
    },
};
use serde_json::{Value, json};
use std::sync::Arc;

#[test]
fn the_compute_filter_wants_an_enabled_service_that_has_reported() {
    let seconds_ago = |seconds: i64| Some(DateTime::now().plus_seconds(-seconds));
    let service = || alive("host1");
    let down = "has not been heard from in a while";
    let reason = Some("on fire".into());
    for (service, verdict) in [
        (service(), "pass"),
        (Service { disabled: true, ..service() }, "is disabled, reason: not set"),
        (
            Service { disabled: true, disabled_reason: reason, ..service() },
            "is disabled, reason: on fire",
        ),
        (Service { forced_down: true, ..service() }, down),
        (Service { last_seen_up: None, ..service() }, down),
        (Service { last_seen_up: seconds_ago(55), ..service() }, "pass"),
        (Service { last_seen_up: seconds_ago(65), ..service() }, down),
        (Service { last_seen_up: seconds_ago(-65), ..service() }, down),
    ] {
        let filter = ComputeFilter { service_down_time: 60.0 };
        let host = HostState::new(&ComputeNode::default(), Arc::new(service.clone()));
        assert_eq!(said(&filter, &host, &spec(1, 1)), verdict, "{service:?}");
        assert_eq!(said(&AllHostsFilter, &host, &spec(1, 1)), "pass");
    }
}

#[test]
fn the_capabilities_filter_reads_extra_specs_without_a_scope_or_with_its_own() {
    let cpu_info =
        r#"{"vendor": "Intel", "features": ["lahf_lm", "aes"], "topology": {"cores": 2}}"#;
    let node = ComputeNode {
        cpu_info: cpu_info.into(),
        hypervisor_type: "QEMU".into(),
        hypervisor_version: 2_005_000,
        free_ram_mb: 1024,
        stats: [("opt1".into(), "1".into()), ("opt2".into(), r#"{"a": {"b": 2}}"#.into())].into(),
        ..Default::default()
    };
    let host = host(node);
    for (key, req, verdict) in [
        ("opt1", "1", "pass"),
        ("opt1", "222", "opt1 is 1, wanted 222"),
        ("capabilities:opt1", "1", "pass"),
        ("capabilities:opt2:a:b", "2", "pass"),
        ("trust:trusted_host", "true", "pass"),
        ("wrong_scope:opt1", "7", "pass"),
        ("opt1:a", "1", "pass"),
        ("opt3", "1", "opt3 is not known, wanted 1"),
        ("capabilities", "1", "capabilities is not known, wanted 1"),
        ("hypervisor_type", "s== QEMU", "pass"),
        ("capabilities:hypervisor_version", ">= 2005000", "pass"),
        ("free_ram_mb", ">= 2048", "free_ram_mb is 1024, wanted >= 2048"),
        ("capabilities:cpu_info:vendor", "Intel", "pass"),
        ("capabilities:cpu_info:vendor", "<or> AMD <or> Intel", "pass"),
        ("capabilities:cpu_info:topology:cores", ">= 2", "pass"),
        ("capabilities:cpu_info:features", "<all-in> aes lahf_lm", "pass"),
        (
            "capabilities:cpu_info:features",
            "<in> sse4",
            "cpu_info:features is ['lahf_lm', 'aes'], wanted <in> sse4",
        ),
        (
            "capabilities:hypervisor_type:vendor",
            "Intel",
            "hypervisor_type:vendor is not known, wanted Intel",
        ),
        ("capabilities:", "1", " is not known, wanted 1"),
        ("", "", " is not known, wanted "),
    ] {
        let flavor = Flavor::new("1", "m1.test", 1024, 1, 1);
        let flavor = Flavor { extra_specs: [(key.into(), req.into())].into(), ..flavor };
        let spec = RequestSpec { flavor, ..spec(1, 1) };
        assert_eq!(said(&ComputeCapabilitiesFilter, &host, &spec), verdict, "{key}={req}");
    }
}

#[test]
fn the_image_filter_wants_one_combination_with_all_that_the_image_names() {
    let image = |properties: Value| ImageMeta {
        properties: serde_json::from_value(properties).unwrap(),
        ..Default::default()
    };
    let all = |version: &str| {
        json!({"hw_architecture": "x86_64", "img_hv_type": "kvm", "hw_vm_mode": "hvm",
               "img_hv_requested_version": version})
    };
    let (kvm, xen, old) =
        (["x86_64", "kvm", "hvm"], ["x86_64", "xen", "xen"], ["i686", "xen", "hvm"]);
    for (properties, offers, version, verdict) in [
        (json!({}), &[][..], 0, "pass"),
        (all(">=6.0,<6.2"), &[kvm], 6_000_000, "pass"),
        (all(">=6.2"), &[kvm], 6_000_000, "its hypervisor is not >=6.2"),
        (all("!=6.0"), &[kvm], 6_000_000, "its hypervisor is not !=6.0"),
        (all(" == 6.0.0 "), &[kvm], 6_000_000, "pass"),
        (all(">=6.0"), &[kvm], 0, "pass"),
        (all(">=6.0"), &[kvm], 5000, "its hypervisor is not >=6.0"),
        (all("new"), &[kvm], 6_000_000, "its hypervisor is not new"),
        (all(">=99999999.0"), &[kvm], 6_000_000, "its hypervisor is not >=99999999.0"),
        (all(">=6.0"), &[], 6_000_000, "does not run x86_64 kvm hvm"),
        (json!({"hw_architecture": "x86_64", "hw_vm_mode": "hvm"}), &[xen, kvm], 0, "pass"),
        (
            json!({"hw_architecture": "x86_64", "hw_vm_mode": "hvm"}),
            &[xen, old],
            0,
            "does not run x86_64 hvm",
        ),
        (json!({"hw_architecture": "armv7"}), &[kvm], 0, "does not run armv7"),
        (json!({"hw_vm_mode": "pv"}), &[xen], 0, "pass"),
        (json!({"hw_vm_mode": "HV"}), &[kvm], 0, "pass"),
        (json!({"hw_vm_mode": "baremetal"}), &[kvm], 0, "pass"),
        (json!({"hw_architecture": "x86_32"}), &[old], 0, "pass"),
        (json!({"img_hv_type": "xapi"}), &[old], 0, "pass"),
        (json!({"img_hv_type": 7}), &[old], 0, "pass"),
    ] {
        let supported_instances = offers.iter().map(|offer| offer.map(str::to_owned)).collect();
        let node =
            ComputeNode { supported_instances, hypervisor_version: version, ..Default::default() };
        let spec = RequestSpec { image: image(properties.clone()), ..spec(1, 1) };
        assert_eq!(said(&ImagePropertiesFilter, &host(node), &spec), verdict, "{properties}");
    }
}
