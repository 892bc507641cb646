//! The rules of this exercise.

use kit::{House, Over, fake_driver, rule, rule_that};
use mini_nova::Conf;
use nova_compute::{ComputeDriver, ComputeError, Options};
use nova_objects::{Flavor, ImageMeta, Instance, RequestContext};
use picky_driver::{ENTRY_POINT, PickyDriver};
use serde_json::json;

/// What became of a guest whose image says that of its firmware: the driver's answer, and how many
/// guests there are then.
async fn spawned(firmware: Option<&str>, has_uefi: bool) -> (Result<(), ComputeError>, usize) {
    let driver = Over(PickyDriver { fake: fake_driver(&Options::default()), has_uefi });
    let mut image = ImageMeta::default();
    image.properties.insert("hw_architecture".into(), json!("x86_64"));
    if let Some(firmware) = firmware {
        image.properties.insert("hw_firmware_type".into(), json!(firmware));
    }
    let guest = Instance::building("p1", "ann", "web", Flavor::new("1", "m1.tiny", 512, 1, 1));
    let said = driver.spawn(&RequestContext::admin(), &guest, &image).await;
    (said, driver.list_instances().await.unwrap().len())
}

#[tokio::test]
async fn a_guest_that_needs_uefi_is_refused_in_the_drivers_own_words() {
    let (said, _) = spawned(Some("uefi"), false).await;
    let own_words = matches!(&said, Err(ComputeError::Hypervisor(why)) if why.contains("UEFI"));
    rule_that("the error is `ComputeError::Hypervisor`, and names UEFI", own_words, said);
}

#[tokio::test]
async fn nothing_is_left_of_a_guest_that_was_refused() {
    let (said, guests) = spawned(Some("uefi"), false).await;
    rule_that("the guest is refused", said.is_err(), said);
    rule("the fake driver has no guest", 0, guests);
}

#[tokio::test]
async fn every_other_guest_is_spawned() {
    for (firmware, has_uefi) in [
        (None, false),
        (Some("bios"), false),
        (None, true),
        (Some("bios"), true),
        (Some("uefi"), true),
    ] {
        let rule_text = format!("firmware {firmware:?} on a host with UEFI: {has_uefi} is spawned");
        rule(&rule_text, (Ok(()), 1), spawned(firmware, has_uefi).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_it_goes_to_another_host() {
    let mut conf = Conf::default();
    conf.installed.drivers.push(ENTRY_POINT);
    conf.compute.compute_driver = ENTRY_POINT.name.into();
    // A host that has built a guest counts as busy until it counts anew; here that is not to matter.
    conf.scheduler.io_ops_weight_multiplier = 0.0;
    let house = House::start(conf).await;
    let plain = house.boot("plain").await;

    let image = house.get("/images").await.json()["images"][0]["id"].clone();
    let note = json!({ "metadata": { "hw_firmware_type": "uefi" } });
    let path = format!("/images/{}/metadata", image.as_str().unwrap());
    let noted = house.post(&path, &note).await;
    assert_eq!(noted.status, 200, "{}", noted.body);
    let modern = house.boot_with(json!({ "name": "modern", "imageRef": image }), &json!({})).await;
    let flow = house.flow(&modern.request_id).await;
    house.stop().await;

    rule("a guest without a wish is on the largest host", "host-2", plain.host());
    rule("one that needs UEFI is ACTIVE too", "ACTIVE", modern.server["status"].clone());
    rule("and on a host that has it", "host-3", modern.host());
    let refused = |line: &str| line.contains("PickyDriver.spawn") && line.contains("UEFI");
    rule_that("the flow says why it is not on host-2", flow.lines().any(refused), &flow);
}
