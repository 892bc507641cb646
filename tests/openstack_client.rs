//! The unmodified `openstack` client, against a cloud of ours.
//!
//! `MINI_NOVA_OPENSTACK` is the path of the client (`pip install python-openstackclient`). Without
//! it the test is skipped, except in CI, where a missing client is a failure.

use mini_nova::{Cloud, Conf};
use std::{env, process::Command};

#[tokio::test(flavor = "multi_thread")]
async fn the_openstack_client_lives_with_us() {
    let Some(openstack) = env::var_os("MINI_NOVA_OPENSTACK") else {
        assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_OPENSTACK");
        eprintln!("skipped: MINI_NOVA_OPENSTACK is not set");
        return;
    };
    let cloud = Cloud::builder(Conf::default()).free_ports().start().await.unwrap();
    let (compute, image) = (cloud.compute_endpoint(), cloud.image_endpoint());
    let run = tokio::task::spawn_blocking(move || {
        let run = |command: &str| -> String {
            let output = Command::new(&openstack)
                .args(command.split_whitespace())
                .env_clear()
                .env("PATH", env::var_os("PATH").unwrap_or_default())
                .env("HOME", env::temp_dir())
                .env("OS_AUTH_TYPE", "none")
                .env("OS_ENDPOINT", &compute)
                .env("OS_IMAGE_ENDPOINT_OVERRIDE", &image)
                .env("OS_IDENTITY_API_VERSION", "3")
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "openstack {command}: {text}{errors}");
            text
        };
        for (command, wanted) in [
            ("flavor list", "m1.xlarge"),
            ("image list", "cirros"),
            ("server create --flavor m1.tiny --image cirros --wait demo", "ACTIVE"),
            ("server list --no-name-lookup", "demo"),
            ("server show demo", "m1.tiny"),
            ("server stop demo", ""),
            ("server start demo", ""),
            ("server delete --wait demo", ""),
        ] {
            let printed = run(command);
            assert!(printed.contains(wanted), "openstack {command} says no {wanted}:\n{printed}");
            wait_until_idle(&run, command);
        }
        assert!(!run("server list --no-name-lookup").contains("demo"), "deleted means gone");
    });
    run.await.unwrap();
    cloud.stop().await;
}

/// The client does not wait for `stop` and `start`: the next command would meet a busy server.
fn wait_until_idle(run: &impl Fn(&str) -> String, after: &str) {
    let wanted = match after {
        "server stop demo" => "SHUTOFF",
        "server start demo" => "ACTIVE",
        _ => return,
    };
    for _ in 0..20 {
        if run("server show demo -f value -c status").contains(wanted) {
            return;
        }
    }
    panic!("after `{after}` the server did not become {wanted}");
}
