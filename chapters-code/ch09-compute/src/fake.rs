//! A hypervisor that only remembers (`nova/virt/fake.py`).

use crate::{ComputeDriver, ComputeError, DriverConstructor, Options, Resources};
use async_trait::async_trait;
use nova_objects::{ImageMeta, Instance, PowerState, RequestContext};
use nova_paste::EntryPoint;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// `compute_driver = fake.FakeDriver`.
pub const ENTRY_POINT: EntryPoint<DriverConstructor> = EntryPoint::new(
    "nova.virt.driver",
    "fake.FakeDriver",
    "nova.virt.fake:FakeDriver",
    |options: &Options| {
        let FakeSize { vcpus, memory_mb, local_gb } = options.fake;
        let all = Resources::fake(&options.host);
        Ok(Arc::new(FakeDriver::new(Resources { vcpus, memory_mb, local_gb, ..all })))
    },
);

/// How large a fake hypervisor makes itself. The default is Nova's: enough for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FakeSize {
    /// CPUs.
    pub vcpus: i64,
    /// Memory, in MiB.
    pub memory_mb: i64,
    /// Disk, in GiB.
    pub local_gb: i64,
}

impl Default for FakeSize {
    fn default() -> Self {
        Self { vcpus: 1000, memory_mb: 800_000, local_gb: 600_000 }
    }
}

impl FakeSize {
    /// A size for the host with this number, from 1, by turns: too small for any flavor, large,
    /// and half as large. A scheduler with such hosts has something to decide.
    pub fn of_host(number: usize) -> Self {
        match number % 3 {
            1 => Self { vcpus: 2, memory_mb: 512, local_gb: 10 },
            2 => Self { vcpus: 16, memory_mb: 16384, local_gb: 100 },
            _ => Self { vcpus: 8, memory_mb: 8192, local_gb: 50 },
        }
    }
}

/// Guests in a map: complete, instant, and gone when the process ends.
///
/// To see what the rest of Nova does about a slow or a broken hypervisor, tell it to be one:
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
    guests: Mutex<BTreeMap<String, Guest>>,
    delays: HashMap<&'static str, Duration>,
    failures: HashMap<&'static str, ComputeError>,
}

struct Guest {
    name: String,
    state: PowerState,
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

    async fn rehearsed(&self, method: &str) -> Result<(), ComputeError> {
        if let Some(delay) = self.delays.get(method) {
            tokio::time::sleep(*delay).await;
        }
        self.failures.get(method).cloned().map_or(Ok(()), Err)
    }

    fn guests(&self) -> MutexGuard<'_, BTreeMap<String, Guest>> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn switch(&self, instance: &Instance, state: PowerState) -> Result<(), ComputeError> {
        let mut guests = self.guests();
        guests.get_mut(&instance.uuid).ok_or_else(|| not_found(instance))?.state = state;
        Ok(())
    }
}

fn not_found(instance: &Instance) -> ComputeError {
    ComputeError::InstanceNotFound { instance_id: instance.uuid.clone() }
}

#[async_trait]
impl ComputeDriver for FakeDriver {
    async fn init_host(&self, _host: &str) -> Result<(), ComputeError> {
        self.rehearsed("init_host").await
    }

    async fn get_info(&self, instance: &Instance) -> Result<PowerState, ComputeError> {
        self.rehearsed("get_info").await?;
        let guests = self.guests();
        guests.get(&instance.uuid).map(|guest| guest.state).ok_or_else(|| not_found(instance))
    }

    async fn list_instances(&self) -> Result<Vec<String>, ComputeError> {
        self.rehearsed("list_instances").await?;
        Ok(self.guests().values().map(|guest| guest.name.clone()).collect())
    }

    async fn spawn(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        _image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        self.rehearsed("spawn").await?;
        let guest = Guest { name: instance.name(), state: PowerState::Running };
        self.guests().insert(instance.uuid.clone(), guest);
        Ok(())
    }

    async fn destroy(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.rehearsed("destroy").await?;
        self.guests().remove(&instance.uuid);
        Ok(())
    }

    async fn power_off(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.rehearsed("power_off").await?;
        self.switch(instance, PowerState::Shutdown)
    }

    async fn power_on(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.rehearsed("power_on").await?;
        self.switch(instance, PowerState::Running)
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
