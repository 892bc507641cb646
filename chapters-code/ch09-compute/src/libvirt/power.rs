//! A guest is switched off and on (`LibvirtDriver._clean_shutdown`, `_soft_reboot`,
//! `_hard_reboot`).

use super::{LibvirtDriver, guest::Guest, spawn::POLL};
use crate::ComputeError;
use nova_objects::{
    Instance,
    PowerState::{self, Crashed, Shutdown},
    RequestContext,
};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use virt::error::Error;

impl LibvirtDriver {
    // ANCHOR: clean_shutdown
    /// Presses the power button until the guest is off, or `timeout` is over.
    pub(super) async fn clean_shutdown(
        &self,
        instance: &Instance,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<(), ComputeError> {
        let late = Instant::now() + timeout;
        let mut again = Instant::now();
        while Instant::now() < late {
            let press = Instant::now() >= again;
            if press {
                again += retry_interval.max(POLL);
            }
            if self.host.guest(instance, move |guest| is_off_or_told(guest, press)).await? {
                return Ok(());
            }
            sleep(POLL).await;
        }
        Ok(())
    }
    // ANCHOR_END: clean_shutdown

    /// Asks the guest to switch itself off, and then switches it on. Says whether it did.
    pub(super) async fn soft_reboot(&self, instance: &Instance) -> Result<bool, ComputeError> {
        let press = |guest: &Guest| {
            if guest.power_state()? == PowerState::Running {
                guest.shutdown()?;
            }
            Ok(guest.id())
        };
        let before = match self.host.guest(instance, press).await {
            Err(ComputeError::Hypervisor(error)) => {
                tracing::warn!(%error, "Instance soft reboot failed");
                return Ok(false);
            }
            before => before?,
        };
        let late = Instant::now() + self.options.wait_soft_reboot_seconds;
        while Instant::now() < late {
            let look = |guest: &Guest| Ok((guest.power_state()?, guest.id()));
            match self.host.guest(instance, look).await? {
                (state, _) if is_off(state) => {
                    self.host.guest(instance, Guest::launch).await?;
                    self.wait_for_running(instance).await?;
                    return Ok(true);
                }
                // Another run of it: somebody else was faster.
                (_, now) if now != before => return Ok(true),
                _ => sleep(POLL).await,
            }
        }
        Ok(false)
    }

    /// Makes the guest anew, around the disks that it has.
    pub(super) async fn hard_reboot(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.remove_domain(instance).await?;
        self.define_again(context, instance, true).await
    }

    pub(super) async fn define_again(
        &self,
        context: &RequestContext,
        instance: &Instance,
        power_on: bool,
    ) -> Result<(), ComputeError> {
        let dir = self.dir(instance)?;
        dir.create().await?;
        let xml = self.get_guest_xml(context, instance, &dir).await?;
        self.create_domain(instance, xml, power_on).await
    }
}

/// Is the guest off? If not, and it is time to, its button is pressed. It may go off at any moment:
/// a button that cannot be pressed is no error.
fn is_off_or_told(guest: &Guest, press: bool) -> Result<bool, Error> {
    let state = guest.power_state()?;
    if press
        && !is_off(state)
        && let Err(error) = guest.shutdown()
    {
        tracing::debug!(%error, "a power button was not pressed");
    }
    Ok(is_off(state))
}

fn is_off(state: PowerState) -> bool {
    matches!(state, Shutdown | Crashed)
}
