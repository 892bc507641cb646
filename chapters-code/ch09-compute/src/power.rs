//! Stop and start (`nova/compute/manager.py` `stop_instance`, `start_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    Instance, PowerState, RequestContext, TaskState, Tracked, VmState, sockets::OneInstance,
};
use std::{sync::Arc, time::Duration};

/// After so long, a guest that was asked to stop is asked again.
pub(crate) const SHUTDOWN_RETRY_INTERVAL: Duration = Duration::from_secs(10);

impl ComputeManager {
    /// Switches the guest off. The instance keeps its host and what it claimed there.
    ///
    /// # Errors
    ///
    /// The hypervisor could not, or somebody else has taken over the instance. A fault says so,
    /// and the instance is what it was before.
    pub async fn stop_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        self.stop(&context, &mut instance).await
    }

    /// The same, for who has the instance's lock already, or needs none.
    pub(crate) async fn stop(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let operation = self.begin(context, instance, "compute_stop_instance").await?;
        let result = self.do_stop_instance(context, instance).await;
        operation.end(instance, result).await
    }

    pub(crate) async fn do_stop_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let mut expected = vec![Some(TaskState::PoweringOff)];
        // Who finds the guest off already may be late: somebody else has seen it and said so.
        if matches!(
            self.get_power_state(instance).await?,
            PowerState::NoState | PowerState::Shutdown | PowerState::Crashed
        ) {
            expected.push(None);
        }
        let timeout = power_off_timeout(instance, self.options.shutdown_timeout);
        self.hypervisor.power_off(instance, timeout, SHUTDOWN_RETRY_INTERVAL).await?;
        self.settle(context, instance, VmState::Stopped, &expected).await
    }

    /// Switches the guest on.
    ///
    /// # Errors
    ///
    /// As [`stop_instance`](Self::stop_instance).
    pub async fn start_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        self.start(&context, &mut instance).await
    }

    /// The same, for who needs no lock.
    pub(crate) async fn start(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let operation = self.begin(context, instance, "compute_start_instance").await?;
        let result = self.do_start_instance(context, instance).await;
        operation.end(instance, result).await
    }

    async fn do_start_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        self.hypervisor.power_on(context, instance).await?;
        self.settle(context, instance, VmState::Active, &[Some(TaskState::PoweringOn)]).await
    }
}

/// How long the guest may take: as its image says, or else as the option does
/// (`_get_power_off_values`).
pub(crate) fn power_off_timeout(instance: &Instance, option: Duration) -> Duration {
    let Some(text) = instance.system_metadata.get(IMAGE_OS_SHUTDOWN_TIMEOUT) else { return option };
    match text.trim().parse() {
        Ok(seconds @ ..=LONGEST) => Duration::from_secs(seconds),
        _ => {
            let uuid = &instance.uuid;
            tracing::warn!(instance = uuid, "{IMAGE_OS_SHUTDOWN_TIMEOUT} is `{text}`: no seconds");
            option
        }
    }
}

/// Where the API has noted what the image says.
const IMAGE_OS_SHUTDOWN_TIMEOUT: &str = "image_os_shutdown_timeout";

/// As long as an option can be, in seconds: thirty years.
const LONGEST: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::{IMAGE_OS_SHUTDOWN_TIMEOUT, power_off_timeout};
    use nova_objects::{Flavor, Instance};
    use std::time::Duration;

    #[test]
    fn an_image_says_how_long_its_guests_may_take() {
        let cases = [
            (None, 60),
            (Some("300"), 300),
            (Some(" 5 "), 5),
            (Some("0"), 0),
            (Some("soon"), 60),
            (Some("1.5"), 60),
            (Some("-1"), 60),
            (Some("99999999999"), 60),
        ];
        let [tiny, ..] = Flavor::defaults();
        let instance = Instance::building("demo", "alice", "vm", tiny);
        for (says, seconds) in cases {
            let mut instance = instance.clone();
            let says = says.map(|says| (IMAGE_OS_SHUTDOWN_TIMEOUT.to_owned(), says.to_owned()));
            instance.system_metadata.extend(says.clone());
            let timeout = power_off_timeout(&instance, Duration::from_secs(60));
            assert_eq!(timeout, Duration::from_secs(seconds), "{says:?}");
        }
    }
}
