//! Running, standing still, and starting anew (`nova/compute/api.py` `API.start`, `stop`, `reboot`,
//! `pause`, `unpause`, `suspend`, `resume`).

use super::{API, Action, ComputeApiError};
use nova_objects::{
    Instance, RequestContext, Tracked,
    sockets::{OneInstance, RebootInstance},
};

// ANCHOR: told_to_host
macro_rules! told_to_the_host {
    ($($(#[$doc:meta])* $name:ident: $action:ident, $method:ident;)+) => {
        /// What needs nothing but to be allowed, and told to the host that has the instance.
        impl API {
            $($(#[$doc])*
            ///
            /// # Errors
            ///
            /// The instance is locked, or in no state for it, or no host has it; or somebody else
            /// was faster.
            pub async fn $name(
                &self,
                context: &RequestContext,
                mut instance: Tracked<Instance>,
            ) -> Result<(), ComputeApiError> {
                let host = self.begin(context, &mut instance, Action::$action).await?;
                Ok(self.compute_rpcapi.$method(context, &host, OneInstance { instance }).await?)
            })+
        }
    };
}

told_to_the_host! {
    /// Switches the instance on.
    start: Start, start_instance;
    /// Switches it off.
    stop: Stop, stop_instance;
    /// Holds it, with its memory where it is.
    pause: Pause, pause_instance;
    /// Lets a held one go on.
    unpause: Unpause, unpause_instance;
    /// Writes its memory down, and switches it off.
    suspend: Suspend, suspend_instance;
    /// Lets one go on whose memory was written down.
    resume: Resume, resume_instance;
}
// ANCHOR_END: told_to_host

impl API {
    /// Starts the instance anew: `soft` asks the guest, and is for one that runs; else it is
    /// switched off and on, whatever it is doing.
    ///
    /// # Errors
    ///
    /// The instance is locked, or in no state for it, or no host has it; or somebody else was
    /// faster.
    pub async fn reboot(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        soft: bool,
    ) -> Result<(), ComputeApiError> {
        let (action, reboot_type) =
            if soft { (Action::SoftReboot, "SOFT") } else { (Action::HardReboot, "HARD") };
        let host = self.begin(context, &mut instance, action).await?;
        let args = RebootInstance { instance, reboot_type: reboot_type.into() };
        Ok(self.compute_rpcapi.reboot_instance(context, &host, args).await?)
    }
}
