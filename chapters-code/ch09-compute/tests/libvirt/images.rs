//! Stories of images that are none, or want too much.

use crate::test_driver::TestHost;
use nova_compute::{ComputeDriver, ComputeError};
use nova_objects::{Flavor, ImageApi, ImageMeta, Instance};
use std::{fs, path::Path, process::Command, sync::Arc};

fn instance(root_gb: i64) -> Instance {
    Instance::building("p1", "u1", "vm", Flavor::new("1", "m1.tiny", 512, 1, root_gb))
}

/// What `qemu-img` makes of these words and a file that it is to write.
fn qemu_img(folder: &Path, args: &[&str], size: &[&str]) -> Vec<u8> {
    let file = folder.join("image");
    let made = Command::new("qemu-img").args(args).arg(&file).args(size).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let data = fs::read(&file).unwrap();
    fs::remove_file(file).unwrap();
    data
}

async fn spawn(host: &TestHost, format: &str, data: Vec<u8>, root_gb: i64) -> (Instance, String) {
    let image = ImageMeta { disk_format: Some(format.into()), ..ImageMeta::default() };
    let image = host.images.create(&host.context, image).await.unwrap();
    assert!(host.images.fill(&image.id, data));
    let instance = instance(root_gb);
    let outcome = match host.driver.spawn(&host.context, &instance, &image).await {
        Ok(()) => "spawned".into(),
        Err(ComputeError::ImageUnacceptable { image_id, reason }) if image_id == image.id => reason,
        Err(error) => panic!("{error}"),
    };
    (instance, outcome)
}

#[tokio::test]
async fn a_disk_that_stands_alone_is_taken_and_any_other_is_not() {
    let host = TestHost::new().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let secret = folder.join("secret");
    fs::write(&secret, vec![7; 1 << 20]).unwrap();
    let backed = ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", secret.to_str().unwrap()];
    let data_file = format!("data_file={},data_file_raw=on", folder.join("other").display());
    let split = ["create", "-q", "-f", "qcow2", "-o", &data_file];
    let plain = qemu_img(folder, &["create", "-q", "-f", "qcow2"], &["3M"]);
    let vmdk = qemu_img(folder, &["create", "-q", "-f", "vmdk"], &["1M"]);
    let cases = [
        ("qcow2", plain.clone(), 1, "spawned"),
        ("raw", plain, 1, "spawned"),
        ("raw", Vec::new(), 0, "spawned"),
        ("qcow2", qemu_img(folder, &backed, &[]), 1, "it reads another file"),
        ("qcow2", qemu_img(folder, &split, &["1M"]), 1, "it reads another file"),
        ("qcow2", b"no disk at all".to_vec(), 1, "Image is not in qcow2 format"),
        ("vmdk", vmdk, 1, "it is a vmdk; this driver reads raw and qcow2"),
        ("raw", vec![0; 5], 0, "spawned"),
    ];
    for (format, data, root_gb, expected) in cases {
        let (instance, outcome) = spawn(&host, format, data, root_gb).await;
        assert!(outcome.contains(expected), "{format} {expected}: {outcome}");
        host.driver.destroy(&host.context, &instance, true).await.unwrap();
    }
    assert_eq!(parts(&host), [""; 0], "nothing is left half done");
}

#[tokio::test]
async fn an_image_that_says_it_is_huge_is_refused_before_it_is_written() {
    let host = TestHost::new().await;
    let folder = tempfile::tempdir().unwrap();
    let sizes = [("2G", 1_u64 << 31), ("1T", 1 << 40), ("1P", 1 << 50)];
    for (size, bytes) in sizes {
        let create = ["create", "-q", "-f", "qcow2", "-o", "cluster_size=2M"];
        let huge = qemu_img(folder.path(), &create, &[size]);
        let (_, outcome) = spawn(&host, "qcow2", huge, 1).await;
        let reason = format!("it has {bytes} bytes, and the disk of the flavor 1073741824");
        assert_eq!(outcome, reason);
    }
    let base = host.folder.path().join("instances/_base");
    assert_eq!(fs::read_dir(base).unwrap().count(), 0);
}

/// What is left of images that were not taken.
fn parts(host: &TestHost) -> Vec<String> {
    let base = fs::read_dir(host.folder.path().join("instances/_base")).unwrap();
    let names = base.flatten().map(|entry| entry.file_name().into_string().unwrap());
    names.filter(|name| name.contains('.')).collect()
}

#[tokio::test]
async fn an_image_that_is_not_there_is_not_found_and_leaves_nothing() {
    let host = TestHost::new().await;
    let image = ImageMeta { id: "none".into(), ..ImageMeta::default() };
    let missing = host.driver.spawn(&host.context, &instance(1), &image).await;
    assert_eq!(missing, Err(ComputeError::ImageNotFound { image_id: "none".into() }));
    assert_eq!(parts(&host), [""; 0]);
}

#[tokio::test]
async fn of_many_guests_with_a_new_image_one_fetches_it() {
    let host = Arc::new(TestHost::new().await);
    let image = host.image().await;
    let mut tasks = tokio::task::JoinSet::new();
    for id in 1..=8 {
        let (host, image) = (host.clone(), image.clone());
        let instance = Instance { id, ..instance(1) };
        tasks.spawn(async move { host.driver.spawn(&host.context, &instance, &image).await });
    }
    for spawned in tasks.join_all().await {
        spawned.unwrap();
    }
    // Who deletes the image takes nothing from guests that were made from it, or will be.
    assert!(host.images.delete(&host.context, &image.id).await.unwrap());
    let late = Instance { id: 9, ..instance(1) };
    host.driver.spawn(&host.context, &late, &image).await.unwrap();
}
