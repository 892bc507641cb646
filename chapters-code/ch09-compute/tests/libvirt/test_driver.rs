//! Stories on libvirt's test driver: guests without processes.

use nova_compute::{
    Arrived, ComputeDriver, ComputeError, LibvirtDriver, LibvirtOptions, Options, RebootType,
};
use nova_objects::{
    Flavor, ImageApi, ImageMeta, Instance, MemoryImages, Migration, PowerState, RequestContext,
};
use std::{fs, sync::Arc, time::Duration};
use tempfile::TempDir;

/// A host of libvirt's test driver, and its own only: others with the same file do not see it.
const NODE: &str = "\
<node>
  <cpu><mhz>2400</mhz><model>x86_64</model><active>8</active></cpu>
  <memory>16777216</memory>
</node>
";

pub(crate) struct TestHost {
    pub(crate) driver: LibvirtDriver,
    pub(crate) images: Arc<MemoryImages>,
    pub(crate) context: RequestContext,
    pub(crate) folder: TempDir,
}

impl TestHost {
    pub(crate) async fn new() -> Self {
        Self::with(Self::options()).await
    }

    pub(crate) fn options() -> LibvirtOptions {
        LibvirtOptions { virt_type: "test".into(), ..LibvirtOptions::default() }
    }

    pub(crate) async fn with(mut libvirt: LibvirtOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = folder.path().join("node.xml");
        fs::write(&node, NODE).unwrap();
        libvirt.connection_uri = Some(format!("test://{}", node.display()));
        let state_path = Some(folder.path().display().to_string());
        let images = Arc::<MemoryImages>::default();
        let options = Options { libvirt, state_path, ..Options::default() };
        let driver = LibvirtDriver::new(&options, images.clone()).unwrap();
        driver.init_host("host-1").await.unwrap();
        let context = RequestContext {
            user_name: Some("ann".into()),
            project_name: Some("demo".into()),
            ..RequestContext::new("u1", "p1")
        };
        Self { driver, images, context, folder }
    }

    pub(crate) async fn image(&self) -> ImageMeta {
        let raw = ImageMeta { disk_format: Some("raw".into()), ..ImageMeta::default() };
        let image = self.images.create(&self.context, raw).await.unwrap();
        assert!(self.images.fill(&image.id, vec![0; 1 << 20]));
        image
    }
}

fn instance(id: i64) -> Instance {
    let instance = Instance::building("p1", "u1", "vm", Flavor::new("1", "m1.tiny", 512, 1, 1));
    Instance { id, ..instance }
}

#[tokio::test]
async fn a_guest_goes_through_its_states_and_one_that_is_not_there_is_not_found() {
    let host = TestHost::new().await;
    let (driver, context, image) = (&host.driver, &host.context, host.image().await);
    let (one, two) = (instance(1), instance(2));
    driver.spawn(context, &one, &image).await.unwrap();
    assert_eq!(driver.list_instances().await.unwrap(), ["instance-00000001"]);
    for step in [
        "pause",
        "unpause",
        "suspend",
        "resume",
        "power_off",
        "power_on",
        "soft",
        "hard",
        "destroy",
    ] {
        let act = async |guest: &Instance| match step {
            "pause" => driver.pause(guest).await,
            "unpause" => driver.unpause(guest).await,
            "suspend" => driver.suspend(context, guest).await,
            "resume" => driver.resume(context, guest).await,
            "power_off" => driver.power_off(guest, Duration::ZERO, Duration::ZERO).await,
            "power_on" => driver.power_on(context, guest).await,
            "soft" => driver.reboot(context, guest, RebootType::Soft).await,
            "hard" => driver.reboot(context, guest, RebootType::Hard).await,
            _ => driver.destroy(context, guest, true).await,
        };
        act(&one).await.unwrap_or_else(|error| panic!("{step}: {error}"));
        let expected = match step {
            "pause" => PowerState::Paused,
            "suspend" | "power_off" => PowerState::Shutdown,
            "destroy" => PowerState::NoState,
            _ => PowerState::Running,
        };
        assert_eq!(driver.get_info(&one).await.unwrap_or_default(), expected, "{step}");
        if ["pause", "unpause", "suspend", "resume", "soft"].contains(&step) {
            let instance_id = two.uuid.clone();
            let not_found = ComputeError::InstanceNotFound { instance_id };
            assert_eq!(act(&two).await, Err(not_found), "{step}");
        }
    }
    assert_eq!(driver.list_instances().await.unwrap(), [""; 0]);
    driver.power_off(&two, Duration::ZERO, Duration::ZERO).await.unwrap();
    driver.destroy(context, &two, true).await.unwrap();
}

#[tokio::test]
async fn what_messages_call_an_instance_or_its_disk_leads_to_no_other_file() {
    let host = TestHost::new().await;
    let (driver, context, image) = (&host.driver, &host.context, host.image().await);
    let secret = host.folder.path().join("disk");
    fs::write(&secret, "secret").unwrap();
    for uuid in ["", ".", "../..", "/tmp/elsewhere", "_base"] {
        let instance = Instance { uuid: uuid.into(), ..instance(1) };
        let migration = Migration::new(&instance, &instance.flavor, "host-1", "node");
        driver.spawn(context, &instance, &image).await.unwrap_err();
        driver.destroy(context, &instance, true).await.unwrap_err();
        driver.finish_revert_migration(context, &instance, true).await.unwrap_err();
        driver.confirm_migration(&migration, &instance).await.unwrap_err();
    }
    assert_eq!(fs::read(&secret).unwrap(), b"secret");

    let instance = instance(1);
    let migration = Migration::new(&instance, &instance.flavor, "host-1", "node");
    for (name, path) in [("disk", secret.display().to_string()), ("../disk", "/x".into())] {
        let disk_info = serde_json::json!([{ "name": name, "path": path }]).to_string();
        let arrived = Arrived {
            migration: &migration,
            disk_info: &disk_info,
            image: &image,
            resize_instance: false,
            power_on: false,
        };
        let error = driver.finish_migration(context, &instance, arrived).await.unwrap_err();
        assert!(error.to_string().contains("is no disk that was put aside"), "{error}");
    }
}

#[tokio::test]
async fn a_host_says_what_it_has() {
    let host = TestHost::new().await;
    let resources = host.driver.get_available_resource("").await.unwrap();
    assert_eq!((resources.vcpus, resources.memory_mb), (8, 16384));
    assert_eq!((&*resources.hypervisor_type, resources.hypervisor_version), ("TEST", 2));
    let [node] = <[String; 1]>::try_from(host.driver.get_available_nodes().await.unwrap()).unwrap();
    assert_eq!(node, resources.hypervisor_hostname);
    assert!(resources.local_gb > 0 && resources.disk_available_least.is_some());
    let cpu: serde_json::Value = serde_json::from_str(&resources.cpu_info).unwrap();
    assert_eq!(cpu["topology"]["sockets"], 1);
    let uptime = host.driver.get_host_uptime().await.unwrap();
    assert!(uptime.contains("load average"), "{uptime}");
}

#[tokio::test]
async fn a_guest_of_the_test_driver_shows_no_screen_and_says_nothing() {
    let host = TestHost::new().await;
    let guest = instance(1);
    let not_found = host.driver.get_console_output(&host.context, &guest).await;
    assert!(matches!(not_found, Err(ComputeError::InstanceNotFound { .. })), "{not_found:?}");
    host.driver.spawn(&host.context, &guest, &host.image().await).await.unwrap();
    assert_eq!(host.driver.get_console_output(&host.context, &guest).await.unwrap(), "");
    fs::write(
        host.folder.path().join("instances").join(&guest.uuid).join("console.log"),
        [b"x".repeat(200_000), b"\xff the end\n".to_vec()].concat(),
    )
    .unwrap();
    let console = host.driver.get_console_output(&host.context, &guest).await.unwrap();
    assert!(console.ends_with("\u{fffd} the end\n"), "what is no text does no harm");
    assert_eq!(console.chars().count(), 102_400, "of a long story, the end");
}
