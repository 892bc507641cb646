//! The unmodified `openstack` client, in a shell that has sourced our `openrc`.
//!
//! `MINI_NOVA_OPENSTACK` is the path of the client (`pip install python-openstackclient`). Without
//! it the tests are skipped, except in CI, where a missing client is a failure. So it is with
//! `MINI_NOVA_KEYSTONE` and `MINI_NOVA_GLANCE`, the URLs of a real Keystone and a real Glance such as
//! `.ci/keystone` and `.ci/glance` start.

#[cfg(test)]
mod desk;

use desk::Desk;
use std::fs;

#[test]
fn the_openstack_client_logs_in_and_lives_with_us() {
    let Some(desk) = Desk::new(&[]) else { return };
    desk.live();
    for (command, wanted) in [
        ("catalog list", "compute"),
        ("project list", "service"),
        ("user list", "nova"),
        ("role assignment list --names", "member"),
        ("project show demo -f value -c domain_id", "default"),
    ] {
        let printed = desk.run(command);
        assert!(printed.contains(wanted), "openstack {command} says no {wanted}:\n{printed}");
    }
    let demo = "OS_USERNAME=demo OS_PASSWORD=demo-secret OS_PROJECT_NAME=demo";
    let own = desk.try_run(demo, "project list -f value -c Name");
    assert_eq!(String::from_utf8_lossy(&own.stdout), "demo\n", "a user sees the own projects");
}

/// `acceptance.sh` is the script with which several implementations of this API were compared: it
/// knows nothing of this one.
#[test]
fn the_client_and_the_sdk_get_all_that_they_ask_for() {
    let Some(desk) = Desk::new(&[]) else { return };
    let printed = desk.accept();
    assert!(printed.contains("53 passed, 0 failed"), "{printed}");
}

#[test]
fn who_does_not_know_the_password_stays_outside() {
    let Some(desk) = Desk::new(&[]) else { return };
    for wrong in ["OS_PASSWORD=wrong", "OS_USERNAME=nobody", "OS_PROJECT_NAME=service"] {
        let refused = desk.try_run(wrong, "flavor list");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && said.contains("HTTP 401"), "{wrong}: {said}");
    }
}

#[test]
fn the_openstack_client_lives_with_us_without_a_login() {
    let Some(desk) = Desk::new(&["--auth-strategy", "noauth2"]) else { return };
    desk.live();
}

#[test]
fn a_real_keystone_takes_the_place_of_the_small_one() {
    let Some(desk) = Desk::with_real_keystone() else { return };
    desk.live();
    let refused = desk.try_run("OS_PASSWORD=wrong", "flavor list");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("HTTP 401"));
}

#[test]
fn a_real_glance_takes_the_place_of_the_small_one() {
    let Some(desk) = Desk::with_real_keystone_and_glance() else { return };
    let disk: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    fs::write(desk.file("disk"), &disk).unwrap();
    for (command, wanted) in [
        ("image create --disk-format raw --container-format bare --file disk web", "active"),
        ("server create --flavor m1.tiny --image web --wait imaged", "ACTIVE"),
        ("server image create --name copy --wait imaged", "active"),
        ("image list --name copy -f value -c Status", "active"),
        ("image show copy -f json -c properties", "instance_uuid"),
        ("image save --file copied copy", ""),
        ("image save --file brought web", ""),
        ("server delete --wait imaged", ""),
        ("image delete web copy", ""),
    ] {
        let printed = desk.run(command);
        assert!(printed.contains(wanted), "openstack {command} says no {wanted}:\n{printed}");
    }
    assert_eq!(fs::read(desk.file("brought")).unwrap(), disk);
    let names = fs::read_dir(desk.file("")).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|name| name.contains("snapshot")), "left over: {names:?}");
    let copied = fs::read_to_string(desk.file("copied")).unwrap();
    assert!(copied.starts_with("the disk of instance-"), "{copied}");
}
