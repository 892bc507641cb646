//! `mini-nova show flow`, in front of a cloud that is up.

use crate::binary::{Running, assert_fails, mini_nova, text};
use serde_json::Value;

fn shown(cloud: &Running, args: &[&str]) -> String {
    let args = [&["show", "flow", "--endpoint", cloud.flows()], args].concat();
    let output = mini_nova(&args);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test]
async fn the_requests_of_late_are_listed_and_each_can_be_drawn() {
    let mut cloud = Running::start(&[]);
    assert_eq!(shown(&cloud, &[]), "No request yet.\n");
    cloud.ask("/flavors", None).await;
    let server = cloud.boot("vm").await;

    let list = shown(&cloud, &[]);
    let [first, .., last] = &list.lines().collect::<Vec<_>>()[..] else { panic!("{list}") };
    assert!(first.ends_with("api       GET /v2.1/flavors"), "{list}");
    assert!(
        last.ends_with(&format!("GET /v2.1/servers/{}", server["id"].as_str().unwrap())),
        "{list}"
    );
    assert!(!list.contains("flows"), "who looks is not seen: {list}");
    let data: Value = serde_json::from_str(&shown(&cloud, &["--format", "json"])).unwrap();
    let posted = data.as_array().unwrap().iter().find(|one| one["name"] == "POST /v2.1/servers");
    let posted = posted.unwrap();
    assert_eq!((&posted["outcome"], &posted["lane"]), (&"202".into(), &"api".into()));
    let id = posted["request_id"].as_str().unwrap();

    let drawn = shown(&cloud, &[id, "--why"]);
    for words in ["api            POST /v2.1/servers", "FakeDriver.spawn", "RamFilter", id] {
        assert!(drawn.contains(words), "no {words} in {drawn}");
    }
    assert!(shown(&cloud, &[id, "--ascii"]).is_ascii());
    let flow: Value = serde_json::from_str(&shown(&cloud, &[id, "--format=json"])).unwrap();
    assert_eq!(flow["request_id"], id);

    let flows = cloud.flows().to_owned();
    let unknown = ["show", "flow", "--endpoint", &flows, "req-1"];
    assert_fails(&unknown, 1, &["knows nothing of req-1", "`mini-nova show flow` lists"]);
    cloud.stop("-TERM").await;
    assert_fails(&unknown, 1, &[&flows, "Connection refused"]);
}
