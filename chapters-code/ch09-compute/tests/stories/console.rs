//! Stories of what can be asked of a guest, and of its host.

use crate::cloud::{Cloud, resources};
use nova_compute::{ConsoleVnc, FakeDriver};
use nova_objects::TaskState::{PoweringOff, PoweringOn};
use nova_objects::{
    Instance, Tracked, VmState,
    sockets::{GetConsoleOutput, GetVncConsole, OneInstance},
};
use serde_json::json;

async fn output(cloud: &Cloud, instance: &Tracked<Instance>, tail_length: Option<i64>) -> String {
    let args = GetConsoleOutput { instance: instance.clone(), tail_length };
    let answer = cloud.ask("get_console_output", args).await.unwrap();
    answer.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_console_tells_what_happened_to_the_guest() {
    let cloud = Cloud::new().await;
    let instance = cloud.built().await;
    for (task, method) in [(PoweringOff, "stop_instance"), (PoweringOn, "start_instance")] {
        let OneInstance { instance } = cloud.marked(&instance.uuid, task).await;
        cloud.ask(method, OneInstance { instance }).await.unwrap();
    }
    let all = format!("{} boots from \nPower off.\nPower on.\n", instance.name());
    assert_eq!(output(&cloud, &instance, None).await, all);
    assert_eq!(output(&cloud, &instance, Some(2)).await, "Power on.\n");
    assert_eq!(output(&cloud, &instance, Some(0)).await, "");
}

#[tokio::test]
async fn a_screen_is_seen_through_a_proxy_if_there_is_one() {
    let screen = ConsoleVnc { host: "10.0.0.1".into(), port: 5900, internal_access_path: None };
    let showing = || FakeDriver::new(resources()).showing(screen.clone());
    let cases = [
        (showing(), "novnc", Ok("http://127.0.0.1:6080/vnc_auto.html?token=")),
        (showing(), "xvpvnc", Ok("http://127.0.0.1:6081/console?token=")),
        (showing(), "spice", Err(("ConsoleTypeInvalid", "Invalid console type spice"))),
        (
            FakeDriver::new(resources()),
            "novnc",
            Err(("ConsoleTypeUnavailable", "Unavailable console type novnc.")),
        ),
    ];
    for (driver, console_type, expected) in cases {
        let cloud = Cloud::with(driver).await;
        let instance = cloud.built().await;
        let args = GetVncConsole { console_type: console_type.into(), instance };
        match (cloud.ask("get_vnc_console", args).await, expected) {
            (Ok(console), Ok(url)) => {
                let token = console["token"].as_str().unwrap();
                assert_eq!(console["url"], format!("{url}{token}"));
                assert_eq!(
                    (&console["host"], &console["port"]),
                    (&json!("10.0.0.1"), &json!(5900))
                );
            }
            (Err(error), Err((class, message))) => {
                assert_eq!((error.class.as_str(), error.message.as_str()), (class, message));
                assert_eq!(cloud.faults().await, [(400, message.to_owned())]);
            }
            (answer, _) => panic!("{console_type}: {answer:?}"),
        }
    }
}

#[tokio::test]
async fn a_guest_that_is_not_there_has_no_console() {
    for (vm_state, class) in
        [(VmState::Building, "InstanceNotReady"), (VmState::Active, "InstanceNotFound")]
    {
        let cloud = Cloud::new().await;
        let mut instance = cloud.instance().await;
        instance.vm_state = vm_state;
        let args = GetConsoleOutput { instance: instance.clone(), tail_length: None };
        let answer = cloud.ask("get_console_output", args).await;
        assert_eq!(answer.unwrap_err().class, "InstanceNotFound");
        let args = GetVncConsole { console_type: "novnc".into(), instance };
        assert_eq!(cloud.ask("get_vnc_console", args).await.unwrap_err().class, class);
    }
}

#[tokio::test]
async fn a_host_says_how_long_it_has_been_up() {
    let cloud = Cloud::new().await;
    let uptime = cloud.ask("get_host_uptime", json!({})).await.unwrap();
    let uptime = uptime.as_str().unwrap();
    assert!(uptime.contains(" up 0 days,  0:00,  0 users,  load average: 0.00"), "{uptime}");
}
