//! What a guest writes, and what can be seen of it (`nova/compute/api.py` `API.get_console_output`,
//! `get_vnc_console`).

use super::{API, Action, ComputeApiError, begin::host_for};
use nova_objects::{
    Instance, RequestContext, Tracked,
    sockets::{GetConsoleOutput, GetVncConsole},
};
use serde_json::Value;

/// The viewers that a VNC server can be seen with.
const VNC_TYPES: [&str; 2] = ["novnc", "xvpvnc"];

impl API {
    /// What the guest wrote to its console: the last `tail_length` lines, or all there is.
    ///
    /// # Errors
    ///
    /// No host has the instance, or it does not answer, or the guest has no console.
    pub async fn get_console_output(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
        tail_length: Option<i64>,
    ) -> Result<String, ComputeApiError> {
        let host = host_for(context, &instance, Action::GetConsoleOutput)?;
        let args = GetConsoleOutput { instance, tail_length };
        Ok(self.compute_rpcapi.get_console_output(context, &host, args).await?)
    }

    /// Where the guest's screen can be seen, by `protocol`, with a viewer of `console_type`. There
    /// is VNC and no other protocol.
    ///
    /// # Errors
    ///
    /// No host has the instance, or it does not answer; there is no such viewer, or the guest has
    /// no screen.
    pub async fn get_console(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
        protocol: &str,
        console_type: &str,
    ) -> Result<Value, ComputeApiError> {
        let host = host_for(context, &instance, Action::GetVncConsole)?;
        let console_type = console_type.to_owned();
        if protocol != "vnc" {
            return Err(ComputeApiError::ConsoleTypeUnavailable(console_type));
        }
        if !VNC_TYPES.contains(&console_type.as_str()) {
            return Err(ComputeApiError::ConsoleTypeInvalid(console_type));
        }
        let args = GetVncConsole { console_type, instance };
        let mut console = self.compute_rpcapi.get_vnc_console(context, &host, args).await?;
        Ok(console["url"].take())
    }
}
