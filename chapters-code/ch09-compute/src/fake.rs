//! A hypervisor that only remembers (`nova/virt/fake.py`).

mod guests;
mod size;

pub use size::FakeSize;

use crate::{
    Arrived, ComputeDriver, ComputeError, ConsoleVnc, DriverConstructor, LifecycleEvent, Options,
    RebootType, Resources, Snapshot,
};
use async_trait::async_trait;
use guests::Guests;
use nova_objects::{DateTime, Flavor, ImageMeta, Instance, Migration, PowerState, RequestContext};
use nova_paste::EntryPoint;
use std::{
    collections::HashMap,
    env,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{fs, sync::mpsc::UnboundedSender};
use uuid::Uuid;

/// `compute_driver = fake.FakeDriver`.
pub const ENTRY_POINT: EntryPoint<DriverConstructor> = EntryPoint::new(
    "nova.virt.driver",
    "fake.FakeDriver",
    "nova.virt.fake:FakeDriver",
    |options: &Options, _image_api| {
        let FakeSize { vcpus, memory_mb, local_gb } = options.fake;
        let all = Resources::fake(&options.host);
        Ok(Arc::new(FakeDriver::new(Resources { vcpus, memory_mb, local_gb, ..all })))
    },
);

/// Guests in a map: complete, instant, and gone when the process ends.
///
/// Its guests are gone with it; one that is switched on, or reset, is made anew.
///
/// To see what the rest of Nova does about a slow or a broken hypervisor, tell it to be one, and
/// [`set_power_state`](Self::set_power_state) breaks a single guest:
///
/// ```
/// use nova_compute::{FakeDriver, Resources};
/// use std::time::Duration;
///
/// let driver = FakeDriver::new(Resources::fake("host-1"))
///     .delaying("spawn", Duration::from_millis(300))
///     .failing("power_off", "the guest does not answer");
/// ```
pub struct FakeDriver {
    resources: Resources,
    guests: Mutex<Guests>,
    console: Option<ConsoleVnc>,
    up_since: Instant,
    delays: HashMap<&'static str, Duration>,
    failures: HashMap<&'static str, ComputeError>,
}

impl Resources {
    /// As much as Nova's fake driver has: enough for anything. Change what you want changed.
    pub fn fake(hypervisor_hostname: &str) -> Self {
        let FakeSize { vcpus, memory_mb, local_gb } = FakeSize::default();
        Self {
            vcpus,
            memory_mb,
            local_gb,
            hypervisor_type: "fake".into(),
            hypervisor_version: 1_000_000,
            hypervisor_hostname: hypervisor_hostname.into(),
            cpu_info: r#"{"arch": "x86_64", "model": "Nehalem", "vendor": "Intel"}"#.into(),
            supported_instances: vec![["x86_64".into(), "fake".into(), "hvm".into()]],
            disk_available_least: None,
        }
    }
}

impl FakeDriver {
    /// A hypervisor that has `resources`, and no guest yet.
    pub fn new(resources: Resources) -> Self {
        Self {
            resources,
            guests: Mutex::default(),
            console: None,
            up_since: Instant::now(),
            delays: HashMap::new(),
            failures: HashMap::new(),
        }
    }

    /// From now on `method` takes `delay`.
    #[must_use]
    pub fn delaying(mut self, method: &'static str, delay: Duration) -> Self {
        self.delays.insert(method, delay);
        self
    }

    /// From now on `method` fails, after its delay, and changes nothing.
    #[must_use]
    pub fn failing(mut self, method: &'static str, error: impl Into<ComputeError>) -> Self {
        self.failures.insert(method, error.into());
        self
    }

    /// From now on it says that it shows the guests' screens at `console`.
    #[must_use]
    pub fn showing(self, console: ConsoleVnc) -> Self {
        Self { console: Some(console), ..self }
    }

    /// Something happens to the guest that Nova has not asked for: from now on it is `state`. With
    /// [`PowerState::NoState`] it is gone (Nova's `_test_remove_vm`); with any other, it is made
    /// if it is not there. Who listens to the driver is told, as of everything else.
    pub fn set_power_state(&self, instance: &Instance, state: PowerState) {
        match state {
            PowerState::NoState => self.guests().remove(instance),
            _ => self.guests().make(instance, state, "Nobody has asked for this."),
        }
    }

    // ANCHOR: turn
    async fn rehearsed(&self, method: &str) -> Result<(), ComputeError> {
        if let Some(delay) = self.delays.get(method) {
            tokio::time::sleep(*delay).await;
        }
        self.failures.get(method).cloned().map_or(Ok(()), Err)
    }

    fn guests(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `method`, of which the guest is `state` afterwards, with `line` on its console.
    async fn turn(
        &self,
        method: &str,
        instance: &Instance,
        state: PowerState,
        line: &str,
    ) -> Result<(), ComputeError> {
        self.rehearsed(method).await?;
        self.guests().turn(instance, state, line)
    }
    // ANCHOR_END: turn
}

#[async_trait]
impl ComputeDriver for FakeDriver {
    async fn init_host(&self, _host: &str) -> Result<(), ComputeError> {
        self.rehearsed("init_host").await
    }

    async fn cleanup_host(&self, _host: &str) -> Result<(), ComputeError> {
        self.rehearsed("cleanup_host").await
    }

    fn register_event_listener(&self, listener: UnboundedSender<LifecycleEvent>) {
        self.guests().listener = Some(listener);
    }

    async fn get_info(&self, instance: &Instance) -> Result<PowerState, ComputeError> {
        self.rehearsed("get_info").await?;
        Ok(self.guests().get(instance)?.state)
    }

    async fn list_instances(&self) -> Result<Vec<String>, ComputeError> {
        self.rehearsed("list_instances").await?;
        Ok(self.guests().names())
    }

    async fn spawn(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        self.rehearsed("spawn").await?;
        let line = format!("{} boots from {}", instance.name(), image.id);
        self.guests().make(instance, PowerState::Running, &line);
        Ok(())
    }

    async fn destroy(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        destroy_disks: bool,
    ) -> Result<(), ComputeError> {
        self.rehearsed("destroy").await?;
        let mut guests = self.guests();
        guests.remove(instance);
        if destroy_disks {
            guests.drop_aside(instance);
        }
        Ok(())
    }

    async fn power_off(
        &self,
        instance: &Instance,
        _timeout: Duration,
        _retry_interval: Duration,
    ) -> Result<(), ComputeError> {
        self.turn("power_off", instance, PowerState::Shutdown, "Power off.").await
    }

    async fn power_on(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.rehearsed("power_on").await?;
        self.guests().make(instance, PowerState::Running, "Power on.");
        Ok(())
    }

    async fn reboot(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        reboot_type: RebootType,
    ) -> Result<(), ComputeError> {
        let line = match reboot_type {
            RebootType::Soft => "Restarting.",
            RebootType::Hard => "Reset.",
        };
        self.rehearsed("reboot").await?;
        let mut guests = self.guests();
        // What is asked has to be there; what is switched off and on is defined anew.
        if reboot_type == RebootType::Soft {
            guests.get(instance)?;
        }
        guests.restart(instance, line);
        Ok(())
    }

    async fn pause(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.turn("pause", instance, PowerState::Paused, "Paused.").await
    }

    async fn unpause(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.turn("unpause", instance, PowerState::Running, "Going on.").await
    }

    async fn suspend(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.turn("suspend", instance, PowerState::Shutdown, "Memory is on disk.").await
    }

    async fn resume(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.turn("resume", instance, PowerState::Running, "Memory is back.").await
    }

    async fn get_console_output(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<String, ComputeError> {
        self.rehearsed("get_console_output").await?;
        Ok(self.guests().get(instance)?.console.clone())
    }

    async fn get_vnc_console(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<ConsoleVnc, ComputeError> {
        self.rehearsed("get_vnc_console").await?;
        self.guests().get(instance)?;
        let none = || ComputeError::ConsoleTypeUnavailable { console_type: "vnc".into() };
        self.console.clone().ok_or_else(none)
    }

    async fn snapshot(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<Snapshot, ComputeError> {
        self.rehearsed("snapshot").await?;
        let disk = self.guests().get(instance)?.disk();
        let path = env::temp_dir().join(format!("mini-nova-snapshot-{}", Uuid::new_v4()));
        let written = fs::write(&path, disk).await;
        written.map_err(|error| ComputeError::Hypervisor(error.to_string()))?;
        Ok(Snapshot { disk_format: "raw".into(), path })
    }

    async fn migrate_disk_and_power_off(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        _dest: &str,
        _flavor: &Flavor,
        _timeout: Duration,
        _retry_interval: Duration,
    ) -> Result<String, ComputeError> {
        self.rehearsed("migrate_disk_and_power_off").await?;
        self.guests().put_aside(instance)?;
        Ok("[]".into())
    }

    async fn finish_migration(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        arrived: Arrived<'_>,
    ) -> Result<(), ComputeError> {
        self.rehearsed("finish_migration").await?;
        let line = format!("{} boots as {}", instance.name(), instance.flavor.name);
        match arrived.power_on {
            true => self.guests().make(instance, PowerState::Running, &line),
            false => self.guests().make(instance, PowerState::Shutdown, "Power off."),
        }
        Ok(())
    }

    async fn finish_revert_migration(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        power_on: bool,
    ) -> Result<(), ComputeError> {
        self.rehearsed("finish_revert_migration").await?;
        let mut guests = self.guests();
        guests.bring_back(instance);
        match power_on {
            true => guests.turn(instance, PowerState::Running, "Power on."),
            false => guests.get(instance).map(drop),
        }
    }

    async fn confirm_migration(
        &self,
        _migration: &Migration,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.rehearsed("confirm_migration").await?;
        self.guests().drop_aside(instance);
        Ok(())
    }

    async fn get_host_uptime(&self) -> Result<String, ComputeError> {
        self.rehearsed("get_host_uptime").await?;
        let minutes = self.up_since.elapsed().as_secs() / 60;
        let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let now = DateTime::now().to_seconds();
        let time = now.get(11..19).unwrap_or_default();
        let load = "0 users,  load average: 0.00, 0.00, 0.00";
        Ok(format!(" {time} up {days} days, {hours:2}:{minutes:02},  {load}"))
    }

    async fn get_available_resource(&self, _nodename: &str) -> Result<Resources, ComputeError> {
        self.rehearsed("get_available_resource").await?;
        Ok(self.resources.clone())
    }

    async fn get_available_nodes(&self) -> Result<Vec<String>, ComputeError> {
        self.rehearsed("get_available_nodes").await?;
        Ok(vec![self.resources.hypervisor_hostname.clone()])
    }
}
