//! A compute service with real guests dies at each step of a spawn, and nothing of them is left.

use crate::{
    cloud::{Cloud, Service, User, broker},
    kill::rest_of,
};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Command, time::Duration};
use tokio::time::{sleep, timeout};

const FATE: Duration = Duration::from_secs(60);

/// What is in the folder of the host from each step on, in this order: on a busy machine it may be
/// seen late, but not never.
const STEPS: [(&str, &str, &str); 7] = [
    ("the image is on its way", "instances", "_base"),
    ("the guest has a folder", "instances", "-"),
    ("it has a disk", "instances/*", "disk"),
    ("its XML is written", "instances/*", "libvirt.xml"),
    ("libvirt knows it", "libvirt/etc/qemu", ".xml"),
    ("libvirt starts it", "libvirt/run/qemu", "instance-00000006.xml"),
    ("it has a process", "libvirt/run/qemu", "instance-00000007.pid"),
];

/// Is there a file in `folder` with this in its name? `*` stands for the folders of guests.
fn has(state: &Path, folder: &str, part: &str) -> bool {
    let list = |path: &Path| fs::read_dir(path).into_iter().flatten().flatten();
    let is_it =
        |path: &Path| list(path).any(|entry| entry.file_name().to_string_lossy().contains(part));
    match folder.strip_suffix("/*") {
        Some(above) => list(&state.join(above)).any(|entry| is_it(&entry.path())),
        None => is_it(&state.join(folder)),
    }
}

/// The processes that were started with something in `folder`.
fn processes(folder: &Path) -> Vec<String> {
    let folder = folder.display().to_string();
    let all = fs::read_dir("/proc").unwrap().flatten();
    let is_of = |command: &[u8]| String::from_utf8_lossy(command).contains(&folder);
    let with_it = all.filter(|entry| {
        fs::read(entry.path().join("cmdline")).is_ok_and(|command| is_of(&command))
    });
    with_it.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Ends what was started with something in a folder, whatever becomes of the story.
struct Tidy<'f>(&'f Path);

impl Drop for Tidy<'_> {
    fn drop(&mut self) {
        for process in processes(self.0) {
            Command::new("kill").args(["-9", &process]).status().unwrap();
        }
    }
}

/// A cloud whose one host has its guests in `state`.
struct Scene {
    cloud: Cloud,
    services: Vec<Service>,
    user: User,
    more: String,
}

impl Scene {
    async fn new(state: &Path) -> Option<Self> {
        let mut cloud = Cloud::new()?;
        cloud.builds_may_take(120);
        cloud.set_default("compute_driver", "libvirt.LibvirtDriver");
        cloud.set_default("state_path", &state.display().to_string());
        let (services, user) = rest_of(&mut cloud, &[("conductor", "c"), ("scheduler", "s")]).await;
        let image = services.last().unwrap().port("image");
        let more = format!("[glance]\napi_servers = http://127.0.0.1:{image}\n");
        Some(Self { cloud, services, user, more })
    }

    async fn compute(&mut self) -> Service {
        self.cloud.start_with("compute", "host-1", &broker(), &self.more).await
    }

    /// Deletes the server, and looks whether anything of its guest is left.
    async fn delete(&self, server: &str, state: &Path, story: &str) {
        self.user.act(server, &json!({ "forceDelete": Value::Null })).await;
        let gone = async {
            while self.user.has(server).await {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(FATE, gone).await.expect("it can be deleted");
        assert_eq!(processes(state), [""; 0], "{story}");
        for folder in ["libvirt/etc/qemu", "libvirt/run/qemu", "libvirt/lib/qemu"] {
            assert!(!has(state, folder, "instance-"), "{story}: something is left in {folder}");
        }
        assert!(!has(state, "instances", "-"), "{story}: a folder is left");
    }

    async fn end(self, compute: Service) {
        compute.stop().await;
        for service in self.services.into_iter().rev() {
            service.stop().await;
        }
        self.cloud.tidy().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compute_that_dies_at_any_step_of_a_spawn_leaves_nothing_behind() {
    let folder = tempfile::Builder::new().prefix("mn-").tempdir_in("/tmp").unwrap();
    let (state, _tidy) = (folder.path(), Tidy(folder.path()));
    let Some(mut scene) = Scene::new(state).await else { return };
    let mut compute = scene.compute().await;
    for (step, (story, there, part)) in STEPS.iter().enumerate() {
        let server = scene.user.boot(&format!("vm-{step}")).await;
        let reached = async {
            while !has(state, there, part) {
                sleep(Duration::from_micros(200)).await;
            }
        };
        timeout(FATE, reached).await.unwrap_or_else(|_| panic!("{story}: never"));
        compute.kill().await;
        compute = scene.compute().await;
        let server_now = timeout(FATE, scene.user.settled(&server)).await;
        let server_now = server_now.expect("its fate is known");
        println!("killed when {story}: {}", server_now["status"]);
        if server_now["status"] != "ACTIVE" {
            let why = "the compute service was restarted while it built the guest";
            assert_eq!(server_now["fault"]["message"], why, "{server_now}");
        }
        scene.delete(&server, state, story).await;
    }
    scene.end(compute).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_outlives_its_compute_and_obeys_the_next_one() {
    let folder = tempfile::Builder::new().prefix("mn-").tempdir_in("/tmp").unwrap();
    let (state, _tidy) = (folder.path(), Tidy(folder.path()));
    let Some(mut scene) = Scene::new(state).await else { return };
    let compute = scene.compute().await;
    let server = scene.user.boot("vm").await;
    let booted = timeout(FATE, scene.user.settled(&server)).await.unwrap();
    assert_eq!(booted["status"], "ACTIVE", "{booted}");
    let process = processes(state);
    assert_eq!(process.len(), 1);
    compute.kill().await;
    let compute = scene.compute().await;
    assert_eq!(processes(state), process, "the same guest");
    scene.user.act(&server, &json!({ "os-stop": Value::Null })).await;
    let stopped = async {
        while !processes(state).is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(FATE, stopped).await.expect("it obeys");
    let console = fs::read_dir(state.join("instances")).unwrap().flatten();
    let console = console.map(|entry| entry.path().join("console.log"));
    let console = console.filter_map(|path| fs::read_to_string(path).ok()).next().unwrap();
    assert!(console.contains("power button pressed"), "{console}");
    // A stop from outside ends the compute service, and leaves the guest.
    compute.stop().await;
    let compute = scene.compute().await;
    scene.delete(&server, state, "stopped").await;
    scene.end(compute).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_is_killed_behind_novas_back_is_stopped_and_can_be_started() {
    let folder = tempfile::Builder::new().prefix("mn-").tempdir_in("/tmp").unwrap();
    let (state, _tidy) = (folder.path(), Tidy(folder.path()));
    let Some(mut scene) = Scene::new(state).await else { return };
    let compute = scene.compute().await;
    let server = scene.user.boot("vm").await;
    let until = async |status: &str| {
        let reached = async {
            while scene.user.settled(&server).await["status"] != status {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(FATE, reached).await.unwrap_or_else(|_| panic!("it never is {status}"));
    };
    until("ACTIVE").await;
    let [guest] = &processes(state)[..] else { panic!("a guest is a process") };
    Command::new("kill").args(["-9", guest]).status().unwrap();
    until("SHUTOFF").await;
    scene.user.act(&server, &json!({ "os-start": Value::Null })).await;
    until("ACTIVE").await;
    assert_eq!(processes(state).len(), 1);
    scene.delete(&server, state, "killed and started").await;
    scene.end(compute).await;
}
