//! A driver of which only a method or two are your own.

use async_trait::async_trait;
use nova_compute::{
    Arrived, ComputeDriver, ComputeError, ConsoleVnc, FakeDriver, FakeSize, LifecycleEvent,
    Options, RebootType, Resources, Snapshot,
};
use nova_objects::{Flavor, ImageMeta, Instance, Migration, PowerState, RequestContext};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// Nova's fake driver, as large as the options want it.
pub fn fake_driver(options: &Options) -> FakeDriver {
    let FakeSize { vcpus, memory_mb, local_gb } = options.fake;
    let all = Resources::fake(&options.host);
    FakeDriver::new(Resources { vcpus, memory_mb, local_gb, ..all })
}

/// Writes each method once, for the trait and for the wrapper.
macro_rules! methods {
    ($(fn $name:ident($($arg:ident: $type:ty),*) -> $given:ty;)*) => {
        /// A driver that stands before another one: each method hands the call on to
        /// [`inner`](DriverOver::inner), unless you write it yourself.
        #[async_trait]
        pub trait DriverOver: Send + Sync + 'static {
            /// Who does what this one does not.
            fn inner(&self) -> &dyn ComputeDriver;

            /// As in [`ComputeDriver`].
            fn register_event_listener(&self, listener: UnboundedSender<LifecycleEvent>) {
                self.inner().register_event_listener(listener);
            }

            $(
                /// As in [`ComputeDriver`].
                async fn $name(&self, $($arg: $type),*) -> Result<$given, ComputeError> {
                    self.inner().$name($($arg),*).await
                }
            )*
        }

        #[async_trait]
        impl<D: DriverOver> ComputeDriver for Over<D> {
            fn register_event_listener(&self, listener: UnboundedSender<LifecycleEvent>) {
                self.0.register_event_listener(listener);
            }

            $(
                async fn $name(&self, $($arg: $type),*) -> Result<$given, ComputeError> {
                    self.0.$name($($arg),*).await
                }
            )*
        }
    };
}

/// Makes a [`ComputeDriver`] of a [`DriverOver`].
pub struct Over<D>(pub D);

methods! {
    fn init_host(host: &str) -> ();
    fn cleanup_host(host: &str) -> ();
    fn get_info(instance: &Instance) -> PowerState;
    fn list_instances() -> Vec<String>;
    fn spawn(context: &RequestContext, instance: &Instance, image: &ImageMeta) -> ();
    fn destroy(context: &RequestContext, instance: &Instance, destroy_disks: bool) -> ();
    fn power_off(instance: &Instance, timeout: Duration, retry_interval: Duration) -> ();
    fn power_on(context: &RequestContext, instance: &Instance) -> ();
    fn reboot(context: &RequestContext, instance: &Instance, reboot_type: RebootType) -> ();
    fn resume_state_on_host_boot(context: &RequestContext, instance: &Instance) -> ();
    fn pause(instance: &Instance) -> ();
    fn unpause(instance: &Instance) -> ();
    fn suspend(context: &RequestContext, instance: &Instance) -> ();
    fn resume(context: &RequestContext, instance: &Instance) -> ();
    fn get_console_output(context: &RequestContext, instance: &Instance) -> String;
    fn get_vnc_console(context: &RequestContext, instance: &Instance) -> ConsoleVnc;
    fn snapshot(context: &RequestContext, instance: &Instance) -> Snapshot;
    fn migrate_disk_and_power_off(
        context: &RequestContext,
        instance: &Instance,
        dest: &str,
        flavor: &Flavor,
        timeout: Duration,
        retry_interval: Duration
    ) -> String;
    fn finish_migration(context: &RequestContext, instance: &Instance, arrived: Arrived<'_>) -> ();
    fn finish_revert_migration(
        context: &RequestContext,
        instance: &Instance,
        power_on: bool
    ) -> ();
    fn confirm_migration(migration: &Migration, instance: &Instance) -> ();
    fn get_host_uptime() -> String;
    fn get_available_resource(nodename: &str) -> Resources;
    fn get_available_nodes() -> Vec<String>;
}
