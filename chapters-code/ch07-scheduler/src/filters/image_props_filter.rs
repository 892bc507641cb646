//! `nova/scheduler/filters/image_props_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;
use serde_json::Value;
use std::collections::BTreeMap;

/// `ImagePropertiesFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "ImagePropertiesFilter",
    "nova.scheduler.filters.image_props_filter:ImagePropertiesFilter",
    |_options| Box::new(ImagePropertiesFilter),
);

/// Passes hosts on which the image can run: whose processor, hypervisor and kind of machine are
/// those that it names, all three in one of the combinations that the host offers; and whose
/// hypervisor is as new as it asks.
pub struct ImagePropertiesFilter;

impl BaseHostFilter for ImagePropertiesFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let properties = &request.spec.image.properties;
        let names = ["hw_architecture", "img_hv_type", "hw_vm_mode"];
        let named = names.map(|name| text(properties, name));
        if named == [None; 3] {
            return Verdict::Pass;
        }
        let [arch, hypervisor_type, mode] = named;
        let wanted = [arch.map(architecture), hypervisor_type.map(hypervisor), mode.map(machine)];
        let wanted: Vec<String> = wanted.into_iter().flatten().collect();
        let offers = |offer: &[String; 3]| wanted.iter().all(|word| offer.contains(word));
        if !host.supported_instances.iter().any(offers) {
            return Verdict::fail(format!("does not run {}", wanted.join(" ")));
        }
        match text(properties, "img_hv_requested_version") {
            Some(versions) if !is_within(host.hypervisor_version, versions) => {
                Verdict::fail(format!("its hypervisor is not {versions}"))
            }
            _ => Verdict::Pass,
        }
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}

fn text<'p>(properties: &'p BTreeMap<String, Value>, name: &str) -> Option<&'p str> {
    properties.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Images of another age say it in other words (`canonicalize` in `nova/compute/arch.py`).
fn architecture(word: &str) -> String {
    match word.to_lowercase().as_str() {
        "x86_32" | "i386" => "i686".into(),
        "amd64" => "x86_64".into(),
        word => word.into(),
    }
}

/// `canonicalize` in `nova/compute/hv_type.py`.
fn hypervisor(word: &str) -> String {
    match word.to_lowercase().as_str() {
        "xapi" => "xen".into(),
        "powervm" => "phyp".into(),
        word => word.into(),
    }
}

/// `canonicalize` in `nova/compute/vm_mode.py`.
fn machine(word: &str) -> String {
    match word.to_lowercase().as_str() {
        "pv" => "xen".into(),
        "hv" | "baremetal" => "hvm".into(),
        word => word.into(),
    }
}

/// Is `version` (1.2.3 as 1002003) within `wanted`: `>=6.0,<6.2`? A host that does not know its
/// version, which it says as 0, is within all; nothing is within what cannot be read.
fn is_within(version: i64, wanted: &str) -> bool {
    version == 0
        || wanted.split(',').all(|bound| {
            let bound = bound.trim();
            let split = bound.find(|c: char| c.is_ascii_digit()).unwrap_or(bound.len());
            let (op, number) = bound.split_at(split);
            let Some(number) = number_of(number) else { return false };
            match op.trim() {
                "<" => version < number,
                "<=" => version <= number,
                "==" => version == number,
                ">=" => version >= number,
                ">" => version > number,
                "!=" => version != number,
                _ => false,
            }
        })
}

/// 1.2.3 as 1002003, and 1.2 as 1.2.0.
fn number_of(version: &str) -> Option<i64> {
    let part = |part: &str| part.parse::<u16>().ok().map(i64::from);
    let parts: Vec<i64> = version.trim().split('.').map(part).collect::<Option<_>>()?;
    match parts[..] {
        [major, minor] => Some((major * 1000 + minor) * 1000),
        [major, minor, patch] => Some((major * 1000 + minor) * 1000 + patch),
        _ => None,
    }
}
