//! Who makes guests in these stories: a driver with its image service, and no Nova around it.

use nova_compute::{ComputeDriver, LibvirtDriver, LifecycleEvent, Options, RebootType, Transition};
use nova_neighbours::glance;
use nova_objects::{
    Flavor, ImageApi, ImageMeta, Instance, MemoryImages, PowerState, RequestContext,
};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(crate) const GREETING: &str = "hello from a real guest\r\n";
pub(crate) const BYE: &str = "power button pressed: bye\r\n";

pub(crate) struct Desk {
    pub(crate) driver: Arc<LibvirtDriver>,
    pub(crate) images: Arc<MemoryImages>,
    /// The image that greets.
    pub(crate) image: ImageMeta,
    pub(crate) context: RequestContext,
    events: UnboundedReceiver<LifecycleEvent>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let images = Arc::<MemoryImages>::default();
        let driver = Arc::new(LibvirtDriver::new(&options, images.clone()).unwrap());
        let (sender, events) = unbounded_channel();
        driver.register_event_listener(sender);
        driver.init_host("host-1").await.unwrap();
        let context = RequestContext {
            user_name: Some("ann".into()),
            project_name: Some("demo".into()),
            ..RequestContext::new("u1", "p1")
        };
        let mut desk = Self { driver, images, image: ImageMeta::default(), context, events };
        desk.image = desk.image_of("raw", glance::cirros_disk()).await;
        desk
    }

    /// An image with this content.
    pub(crate) async fn image_of(&self, disk_format: &str, data: Vec<u8>) -> ImageMeta {
        let image = ImageMeta { disk_format: Some(disk_format.into()), ..ImageMeta::default() };
        let image = self.images.create(&self.context, image).await.unwrap();
        assert!(self.images.fill(&image.id, data));
        self.images.get(&self.context, &image.id).await.unwrap().unwrap()
    }

    /// The instance with this number, which has no guest yet.
    pub(crate) fn instance(&self, id: i64) -> Instance {
        let flavor = Flavor::new("1", "m1.nano", 32, 1, 1);
        let instance = Instance::building("p1", "u1", "a guest", flavor);
        Instance { id, image_ref: self.image.id.clone(), ..instance }
    }

    /// A guest that runs, and has greeted.
    pub(crate) async fn guest(&self, id: i64) -> Instance {
        let instance = self.instance(id);
        self.driver.spawn(&self.context, &instance, &self.image).await.unwrap();
        self.until_console(&instance, GREETING).await;
        instance
    }

    /// A guest that runs, and obeys no power button: its boot sector only rests.
    pub(crate) async fn deaf_guest(&self, id: i64) -> Instance {
        let mut deaf = vec![0; 1 << 20];
        deaf[..4].copy_from_slice(&[0xfa, 0xf4, 0xeb, 0xfd]);
        deaf[510..512].copy_from_slice(&[0x55, 0xaa]);
        let (deaf, instance) = (self.image_of("raw", deaf).await, self.instance(id));
        self.driver.spawn(&self.context, &instance, &deaf).await.unwrap();
        instance
    }

    pub(crate) async fn console(&self, instance: &Instance) -> String {
        self.driver.get_console_output(&self.context, instance).await.unwrap()
    }

    /// Waits until the whole console of the guest is `text`.
    pub(crate) async fn until_console(&self, instance: &Instance, text: &str) {
        let begun = Instant::now();
        loop {
            let console = self.console(instance).await;
            if console == text {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "only {console:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn state(&self, instance: &Instance) -> PowerState {
        self.driver.get_info(instance).await.unwrap_or_default()
    }

    pub(crate) async fn power_off(&self, instance: &Instance, seconds: u64) {
        let timeout = Duration::from_secs(seconds);
        self.driver.power_off(instance, timeout, Duration::from_secs(10)).await.unwrap();
    }

    pub(crate) async fn reboot(&self, instance: &Instance, reboot_type: RebootType) {
        self.driver.reboot(&self.context, instance, reboot_type).await.unwrap();
    }

    /// Waits for the next thing that libvirt says of a guest.
    pub(crate) async fn event(&mut self) -> (String, Transition) {
        let LifecycleEvent { uuid, transition } = self.events.recv().await.unwrap();
        (uuid, transition)
    }

    pub(crate) async fn destroy(&self, instance: &Instance) {
        self.driver.destroy(&self.context, instance, true).await.unwrap();
    }

    /// The folder that goes with this process.
    pub(crate) fn folder(&self) -> PathBuf {
        let mut folders = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
        folders.next().expect("a driver has a folder").path()
    }

    pub(crate) async fn close(self) {
        self.driver.cleanup_host("host-1").await.unwrap();
    }
}
