//! `nova/scheduler/filters/compute_capabilities_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict, extra_specs_ops};
use crate::{HostState, Request};
use nova_paste::EntryPoint;
use serde_json::Value;

/// `ComputeCapabilitiesFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "ComputeCapabilitiesFilter",
    "nova.scheduler.filters.compute_capabilities_filter:ComputeCapabilitiesFilter",
    |_options| Box::new(ComputeCapabilitiesFilter),
);

/// Passes hosts that are what the flavor's extra specs want.
///
/// A spec asks about the host if its key has no scope (`hypervisor_type`), or the scope
/// `capabilities` (`capabilities:cpu_info:vendor`); other scopes are somebody else's.
pub struct ComputeCapabilitiesFilter;

impl BaseHostFilter for ComputeCapabilitiesFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        for (key, req) in &request.spec.flavor.extra_specs {
            let path = match key.split_once(':') {
                None => key,
                Some(("capabilities", path)) => path,
                Some(_) => continue,
            };
            let capability = get_capability(host, path);
            if !capability.as_ref().is_some_and(|has| extra_specs_ops::matches(has, req)) {
                let has = capability.unwrap_or_else(|| "not known".into());
                return Verdict::fail(format!("{path} is {has}, wanted {req}"));
            }
        }
        Verdict::Pass
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}

/// What `host` says at `path` (`cpu_info:vendor`), as Python's `str` shows it.
fn get_capability(host: &HostState, path: &str) -> Option<String> {
    let mut names = path.split(':');
    let mut found = host.capability(names.next()?)?;
    for name in names {
        // What a host says may be JSON, as a text.
        if let Value::String(text) = &found {
            found = serde_json::from_str(text).ok()?;
        }
        found = found.get_mut(name)?.take();
    }
    match found {
        Value::Null => None,
        found => Some(python_str(&found)),
    }
}

fn python_str(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Array(items) => {
            let item = |item: &Value| match item {
                Value::String(text) => format!("'{text}'"),
                other => python_str(other),
            };
            format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
