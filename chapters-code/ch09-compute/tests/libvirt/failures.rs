//! Stories of a host on which something breaks.

use crate::{
    alone::{alone, processes},
    desk::{Desk, GREETING},
};
use nova_compute::{
    ComputeDriver, ComputeError, LibvirtDriver, LibvirtOptions, Options, Transition,
};
use nova_objects::{MemoryImages, PowerState};
use std::{
    env, fs, io,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

fn driver(state_path: &Path, uri: Option<String>) -> Result<LibvirtDriver, ComputeError> {
    let libvirt = LibvirtOptions { connection_uri: uri, ..LibvirtOptions::default() };
    let state_path = Some(state_path.display().to_string());
    let options = Options { state_path, libvirt, ..Options::default() };
    LibvirtDriver::new(&options, Arc::<MemoryImages>::default())
}

#[test]
fn a_guest_that_is_killed_behind_our_back_is_off_and_can_be_switched_on_again() {
    let name = "a_guest_that_is_killed_behind_our_back_is_off_and_can_be_switched_on_again";
    alone(&format!("failures::{name}"), async {
        let mut desk = Desk::new().await;
        let instance = desk.guest(1).await;
        let [process] = processes(&desk.folder())[..] else { panic!("a guest is a process") };
        Command::new("kill").arg("-9").arg(process.to_string()).status().unwrap();
        while desk.event().await != (instance.uuid.clone(), Transition::Stopped) {}
        assert_eq!(desk.state(&instance).await, PowerState::Shutdown);
        desk.driver.power_on(&desk.context, &instance).await.unwrap();
        desk.until_console(&instance, GREETING).await;
        desk.close().await;
    });
}

#[test]
fn a_guest_that_hangs_keeps_nobody_waiting_who_counts_what_is_free() {
    let name = "a_guest_that_hangs_keeps_nobody_waiting_who_counts_what_is_free";
    alone(&format!("failures::{name}"), async {
        let desk = Desk::new().await;
        desk.guest(1).await;
        let [process] = processes(&desk.folder())[..] else { panic!("a guest is a process") };
        let signal = |signal: &str| {
            Command::new("kill").args([signal, &process.to_string()]).status().unwrap();
        };
        signal("-STOP");
        let counted = desk.driver.get_available_resource("");
        let counted = tokio::time::timeout(Duration::from_secs(20), counted).await;
        signal("-KILL");
        let resources = counted.expect("the guest was waited for").unwrap();
        let free = resources.disk_available_least.unwrap();
        assert!(free < resources.local_gb, "1 GiB is promised: {resources:?}");
        desk.close().await;
    });
}

#[test]
fn a_kind_of_guest_that_the_host_does_not_have_is_refused_at_the_start() {
    let name = "a_kind_of_guest_that_the_host_does_not_have_is_refused_at_the_start";
    alone(&format!("failures::{name}"), async {
        let libvirt = LibvirtOptions { virt_type: "vax".into(), ..LibvirtOptions::default() };
        let options = Options { libvirt, ..Options::default() };
        let driver = LibvirtDriver::new(&options, Arc::<MemoryImages>::default()).unwrap();
        let error = driver.init_host("host-1").await.unwrap_err().to_string();
        assert!(error.starts_with("[libvirt] virt_type = vax, and this host has "), "{error}");
        assert!(error.ends_with("qemu"), "{error}");
    });
}

#[tokio::test]
async fn a_libvirt_that_is_not_there_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("nobody").display().to_string();
    let uri = format!("qemu+unix:///system?socket={socket}");
    let driver = driver(folder.path(), Some(uri.clone())).unwrap();
    let error = driver.init_host("host-1").await.unwrap_err();
    assert!(matches!(error, ComputeError::HypervisorUnavailable { .. }), "{error:?}");
    let start = format!("Connection to the hypervisor is broken on host: {uri}: ");
    let message = error.to_string();
    assert!(message.starts_with(&start) && message.contains(&socket), "{message}");
}

#[test]
fn of_two_processes_with_one_state_path_the_second_hears_of_the_first() {
    let name = "of_two_processes_with_one_state_path_the_second_hears_of_the_first";
    alone(&format!("failures::{name}"), async {
        const FIRST: &str = "MINI_NOVA_TEST_FIRST";
        if let Some(path) = env::var_os(FIRST) {
            let first = driver(Path::new(&path), None).unwrap();
            first.init_host("host-1").await.unwrap();
            // It is there until the second lets it go.
            io::stdin().read_line(&mut String::new()).unwrap();
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut first = Command::new(env::current_exe().unwrap())
            .args([&format!("failures::{name}"), "--exact"])
            .env(FIRST, folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while !folder.path().join("libvirt/run/qemu/driver.pid").exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let error = driver(folder.path(), None).unwrap().init_host("host-1").await.unwrap_err();
        drop(first.stdin.take());
        assert!(first.wait().unwrap().success());
        let message = error.to_string();
        assert!(message.ends_with("; another process has this state_path"), "{message}");
    });
}

#[tokio::test]
async fn a_libvirt_that_hangs_is_not_waited_for_for_ever_and_keeps_nobody_from_going() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("libvirt-sock");
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let uri = format!("qemu+unix:///system?socket={}", socket.display());
    let driver = Arc::new(driver(folder.path(), Some(uri)).unwrap());
    let starting = tokio::spawn({
        let driver = driver.clone();
        async move { driver.init_host("host-1").await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!starting.is_finished(), "it does not answer");
    let soon = Duration::from_secs(20);
    let gone = tokio::time::timeout(soon, driver.cleanup_host("host-1"));
    gone.await.expect("it was waited for").unwrap();
    let started = tokio::time::timeout(soon, starting).await.expect("it was waited for");
    let error = started.unwrap().unwrap_err().to_string();
    assert!(error.ends_with("no answer in 15 s"), "{error}");
    drop(listener);
}

#[test]
fn a_path_in_which_no_socket_can_be_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("x".repeat(60));
    let error = driver(&long, None).err().expect("a path that is too long");
    let message = error.to_string();
    assert!(message.contains("at most 54; a shorter state_path helps"), "{message}");
    let longest = folder.path().join("y".repeat(54 - 8 - folder.path().as_os_str().len() - 1));
    assert!(driver(&longest, None).is_ok());
}

#[test]
fn a_path_that_qemu_cannot_be_told_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a,b", "a=b", "a\"b", "a\\b", "a\tb"] {
        let error = driver(&folder.path().join(name), None).err().expect("a path that is odd");
        let message = error.to_string();
        assert!(message.contains("libvirt cannot tell QEMU; another state_path"), "{message}");
        assert!(!folder.path().join(name).join("libvirt").exists());
    }
}

/// A file system with room for little, as long as this lives. Only root can make one.
struct SmallDisk<'p>(&'p Path);

impl<'p> SmallDisk<'p> {
    fn new(path: &'p Path) -> Option<Self> {
        let how = ["-t", "tmpfs", "-o", "size=2M", "small"];
        let mounted = Command::new("mount").args(how).arg(path).status().ok()?;
        mounted.success().then_some(Self(path))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0).status().unwrap();
    }
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_made_and_nothing_is_left() {
    use crate::test_driver::TestHost;
    use nova_objects::{Flavor, ImageApi, ImageMeta, Instance};

    let host = TestHost::new().await;
    let instances = host.folder.path().join("instances");
    let Some(_disk) = SmallDisk::new(&instances) else {
        println!("not told: only root can mount a small disk");
        return;
    };
    let image = host.images.create(&host.context, ImageMeta::default()).await.unwrap();
    assert!(host.images.fill(&image.id, vec![1; 4 << 20]));
    let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
    let instance = Instance::building("p1", "u1", "vm", flavor);
    let error = host.driver.spawn(&host.context, &instance, &image).await.unwrap_err();
    assert!(error.to_string().contains("No space left on device"), "{error}");
    host.driver.destroy(&host.context, &instance, true).await.unwrap();
    let left = |path: &Path| fs::read_dir(path).unwrap().count();
    assert_eq!((left(&instances), left(&instances.join("_base"))), (1, 0));
    assert_eq!(host.driver.list_instances().await.unwrap(), [""; 0]);

    let small = host.image().await;
    host.driver.spawn(&host.context, &instance, &small).await.unwrap();
}
