//! What guests write, and where their screens are.

use crate::house::{House, IMAGE, image};
use async_trait::async_trait;
use nova_objects::{ComputeRpc, RemoteError, RequestContext, VmState};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const URL: &str = "http://127.0.0.1:6080/vnc_auto.html?token=t";

#[tokio::test]
async fn the_host_is_asked_for_as_many_lines_as_are_wanted() {
    let house = House::new().await;
    let instance = house.server("web", |instance| instance.vm_state = VmState::Error).await;
    for (wanted, tail_length) in [
        (json!({}), json!(null)),
        (json!({ "length": null }), json!(null)),
        (json!({ "length": 0 }), json!(0)),
        (json!({ "length": 5 }), json!(5)),
        (json!({ "length": "5" }), json!(5)),
        (json!({ "length": -1 }), json!(-1)),
        (json!({ "length": "-1" }), json!(-1)),
        (json!({ "length": "9".repeat(30) }), json!(i64::MAX)),
    ] {
        let answer = house.act("alice", &instance, json!({ "os-getConsoleOutput": wanted })).await;
        assert_eq!(answer.status, 200, "{wanted} {}", answer.body);
        let without_returns = "one line\nand another\n";
        assert_eq!(answer.body, json!({ "output": without_returns }));
        let [sent] = &house.sockets.sent()[..] else { panic!() };
        assert_eq!((sent.method, &sent.args["tail_length"]), ("get_console_output", &tail_length));
    }
    assert_eq!(house.row(&instance).await, instance, "who looks changes nothing");
}

#[tokio::test]
async fn until_2_5_each_kind_of_console_has_an_action_and_only_vnc_is_there() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    for (action, kind, refusal) in [
        ("os-getVNCConsole", "novnc", None),
        ("os-getVNCConsole", "xvpvnc", None),
        ("os-getSPICEConsole", "spice-html5", Some("Unavailable console type spice-html5.")),
        ("os-getRDPConsole", "rdp-html5", Some("Unavailable console type rdp-html5.")),
        ("os-getSerialConsole", "serial", Some("Unavailable console type serial.")),
    ] {
        let body = json!({ action: { "type": kind } });
        let answer = house.act("alice@2.5", &instance, body.clone()).await;
        match refusal {
            None => assert_eq!(answer.body, json!({ "console": { "type": kind, "url": URL } })),
            Some(message) => assert_eq!(answer.fault(), (400, "badRequest", message)),
        }
        assert_eq!(house.act("alice@2.6", &instance, body).await.status, 404, "no more");
    }
}

#[tokio::test]
async fn since_2_6_a_console_is_made() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    let url = format!("/v2.1/servers/{}/remote-consoles", instance.uuid);
    let wish = |protocol: &str, kind: &str| -> Value {
        json!({ "remote_console": { "protocol": protocol, "type": kind } })
    };
    let answer = house.post("alice@2.6", &url, wish("vnc", "novnc")).await;
    let console = json!({ "protocol": "vnc", "type": "novnc", "url": URL });
    assert_eq!((answer.status.as_u16(), &answer.body["remote_console"]), (200, &console));
    for (token, protocol, kind, status, message) in [
        ("alice@2.5", "vnc", "novnc", 404, "The resource could not be found."),
        ("alice@2.6", "vnc", "serial", 400, "Invalid console type serial"),
        ("alice@2.6", "spice", "spice-html5", 400, "Unavailable console type spice-html5."),
        ("alice@2.8", "mks", "webmks", 400, "Unavailable console type webmks."),
        ("alice@2.7", "mks", "webmks", 400, "Invalid input for field/attribute"),
        ("mallory:other@2.6", "vnc", "novnc", 404, "could not be found."),
    ] {
        let answer = house.post(token, &url, wish(protocol, kind)).await;
        let (code, _, said) = answer.fault();
        assert_eq!(code, status, "{token} {protocol}");
        assert!(said.contains(message), "{said}");
    }
}

/// A compute service that answers all questions with an exception.
struct Raises(RemoteError);

#[async_trait]
impl ComputeRpc for Raises {
    async fn cast(
        &self,
        _: &RequestContext,
        _: &str,
        _: &'static str,
        _: Value,
    ) -> Result<(), RemoteError> {
        Err(self.0.clone())
    }

    async fn call(
        &self,
        _: &RequestContext,
        _: &str,
        _: &'static str,
        _: Value,
    ) -> Result<Value, RemoteError> {
        Err(self.0.clone())
    }
}

#[tokio::test]
async fn what_a_host_cannot_show_is_told_as_what_it_is() {
    for (class, message, code, status, told) in [
        ("NotImplementedError", "", 500, 501, "The requested functionality is not supported."),
        ("ConsoleNotAvailable", "There is none.", 404, 404, "There is none."),
        ("InstanceNotReady", "Not yet.", 409, 409, "Not yet."),
    ] {
        let raised = Raises(RemoteError {
            class: class.into(),
            module: "nova.exception".into(),
            message: message.into(),
            kwargs: Map::from_iter([("code".to_owned(), json!(code))]),
        });
        let compute: Arc<dyn ComputeRpc> = Arc::new(raised);
        let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(Arc::clone(&compute))).await;
        let instance = house.server("web", |_| ()).await;
        for body in [
            json!({ "os-getConsoleOutput": {} }),
            json!({ "os-getVNCConsole": { "type": "novnc" } }),
        ] {
            let answer = house.act("alice", &instance, body).await;
            let (code, _, said) = answer.fault();
            assert_eq!((code, said), (status, told), "{class}");
        }
    }
}
