//! The XML of guests, against the files beside this one. `UPDATE=1` writes them anew.

use crate::test_driver::TestHost;
use nova_compute::{ComputeDriver, LibvirtOptions};
use nova_objects::{Flavor, ImageMeta, Instance};
use std::{env, fs, path::Path};

fn instance(name: &str, flavor: Flavor) -> Instance {
    let instance = Instance::building("p1", "u1", name, flavor);
    Instance { id: 42, uuid: "b38a3f43-4be2-4046-897f-b67c2f5e0147".into(), ..instance }
}

/// What changes from host to host and from run to run, by names of its own.
fn stable(xml: &str, folder: &str) -> String {
    let mut stable = String::new();
    for line in xml.replace(folder, "STATE_PATH").lines() {
        let line = match line.trim_start() {
            time if time.starts_with("<nova:creationTime>") => {
                "      <nova:creationTime>NOW</nova:creationTime>"
            }
            serial if serial.starts_with("<entry name=\"serial\">") => {
                "      <entry name=\"serial\">HOST</entry>"
            }
            _ => line,
        };
        stable += &line.replace("cache=\"writethrough\"", "cache=\"none\"");
        stable.push('\n');
    }
    stable
}

async fn compare(golden: &str, instance: &Instance, image: &ImageMeta, host: TestHost) {
    host.driver.spawn(&host.context, instance, image).await.unwrap();
    let folder = host.folder.path().canonicalize().unwrap().display().to_string();
    let path = format!("{folder}/instances/{}/libvirt.xml", instance.uuid);
    let xml = stable(&fs::read_to_string(path).unwrap(), &folder);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libvirt").join(golden);
    if env::var_os("UPDATE").is_some() {
        fs::write(&golden, &xml).unwrap();
    }
    assert_eq!(xml, fs::read_to_string(&golden).unwrap(), "{}", golden.display());
}

#[tokio::test]
async fn a_guest_is_told_to_libvirt_in_novas_words() {
    let host = TestHost::new().await;
    let image = host.image().await;
    let tiny = Flavor::new("1", "m1.tiny", 512, 1, 1);
    let mut instance = instance("demo", tiny);
    instance.image_ref = "fe55c69a-8b2e-4bbc-811a-9ad2023a0426".into();
    compare("demo.xml", &instance, &image, host).await;
}

#[tokio::test]
async fn with_kvm_a_guest_has_the_hosts_cpu_and_clocks_that_keep_time() {
    let virt_type = "kvm".to_owned();
    let host = TestHost::with(LibvirtOptions { virt_type, ..TestHost::options() }).await;
    let image = host.image().await;
    let mut large = Flavor::new("7", "m1.all", 2048, 4, 20);
    (large.ephemeral_gb, large.swap) = (10, 512);
    compare("kvm.xml", &instance("all", large), &image, host).await;
}

#[tokio::test]
async fn what_users_say_is_text_and_never_xml() {
    let host = TestHost::new().await;
    let image = host.image().await;
    let hostile = "</nova:name></domain> \"'&amp;<!-- ]]> \u{0}\u{1b}[31m \u{ffff} caf\u{e9} 🦀";
    let instance = instance(hostile, Flavor::new("1", "<b>&", 512, 1, 1));
    compare("hostile.xml", &instance, &image, host).await;
}
