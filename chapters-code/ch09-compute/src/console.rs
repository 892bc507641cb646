//! What asks, and changes nothing (`nova/compute/manager.py` `get_console_output`,
//! `get_vnc_console`, `get_host_uptime`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    Instance, RequestContext, VmState,
    sockets::{GetConsoleOutput, GetVncConsole},
};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

impl ComputeManager {
    /// The last lines that the guest wrote to its console.
    ///
    /// # Errors
    ///
    /// The hypervisor has no such guest, or could not read them. A fault says so.
    pub async fn get_console_output(
        self: Arc<Self>,
        context: RequestContext,
        args: GetConsoleOutput,
    ) -> Result<String, ComputeError> {
        let GetConsoleOutput { instance, tail_length } = args;
        let output = self.hypervisor.get_console_output(&context, &instance).await;
        let output = self.wrap_instance_fault(&context, &instance, output).await?;
        Ok(match tail_length {
            Some(length) => tail_log(&output, length).to_owned(),
            None => output,
        })
    }

    /// Where the guest's screen can be seen: the `url` for people, and what a proxy behind it
    /// needs to know: a `token` that is new each time, `host`, `port`, `internal_access_path`.
    ///
    /// # Errors
    ///
    /// There is no such kind of console, or the hypervisor shows no screen, or has no such guest:
    /// [`ComputeError::InstanceNotReady`] while it is still being made. A fault says so.
    pub async fn get_vnc_console(
        self: Arc<Self>,
        context: RequestContext,
        args: GetVncConsole,
    ) -> Result<Value, ComputeError> {
        let GetVncConsole { console_type, instance } = args;
        let console = self.vnc_console(&context, &instance, console_type).await;
        self.wrap_instance_fault(&context, &instance, console).await
    }

    async fn vnc_console(
        &self,
        context: &RequestContext,
        instance: &Instance,
        console_type: String,
    ) -> Result<Value, ComputeError> {
        let proxy = match console_type.as_str() {
            "novnc" => &self.options.novncproxy_base_url,
            "xvpvnc" => &self.options.xvpvncproxy_base_url,
            _ => return Err(ComputeError::ConsoleTypeInvalid { console_type }),
        };
        let console = match self.hypervisor.get_vnc_console(context, instance).await {
            Err(ComputeError::InstanceNotFound { instance_id })
                if instance.vm_state == VmState::Building =>
            {
                return Err(ComputeError::InstanceNotReady { instance_id });
            }
            Err(ComputeError::ConsoleTypeUnavailable { .. }) => {
                return Err(ComputeError::ConsoleTypeUnavailable { console_type });
            }
            console => console?,
        };
        let token = Uuid::new_v4();
        Ok(json!({
            "url": format!("{proxy}?token={token}"),
            "token": token.to_string(),
            "host": console.host,
            "port": console.port,
            "internal_access_path": console.internal_access_path,
        }))
    }

    /// How long the host has been up, as `uptime` says it.
    ///
    /// # Errors
    ///
    /// The hypervisor cannot tell.
    pub async fn get_host_uptime(
        self: Arc<Self>,
        _context: RequestContext,
        _no_args: Value,
    ) -> Result<String, ComputeError> {
        self.hypervisor.get_host_uptime().await
    }

    /// Writes an error down with the instance; only that it is not there, the asker knows best.
    async fn wrap_instance_fault<T>(
        &self,
        context: &RequestContext,
        instance: &Instance,
        result: Result<T, ComputeError>,
    ) -> Result<T, ComputeError> {
        if let Err(error) = &result
            && !matches!(error, ComputeError::InstanceNotFound { .. })
        {
            self.add_instance_fault(context, instance, error, error.to_string()).await?;
        }
        result
    }
}

/// The last `length` lines of `log`. As in Nova the end of the last line counts as one more, and
/// a negative length leaves out that many from the beginning.
fn tail_log(log: &str, length: i64) -> &str {
    let lines = log.split('\n').count();
    let length_of = |number: i64| usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
    let skipped = match length {
        0 => return "",
        1.. => lines.saturating_sub(length_of(length)),
        _ => length_of(length),
    };
    let start = log.split_inclusive('\n').take(skipped).map(str::len).sum();
    log.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::tail_log;

    #[test]
    fn a_tail_is_so_many_lines_from_the_end() {
        let log = "one\ntwo\nthree";
        let cases =
            [(0, ""), (1, "three"), (2, "two\nthree"), (3, log), (9, log), (-1, "two\nthree")];
        for (length, tail) in cases {
            assert_eq!(tail_log(log, length), tail, "{length}");
        }
        assert_eq!(tail_log("one\ntwo\n", 2), "two\n");
        assert_eq!(tail_log("one\n", i64::MIN), "");
    }
}
