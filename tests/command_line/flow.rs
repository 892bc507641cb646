//! `mini-nova show flow`, in front of a cloud that is up.

use crate::binary::{Running, assert_fails, mini_nova, text};
use http::Request;
use nova_neighbours::RestClient;
use nova_objects::{RequestContext, TraceParent};
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

    assert!(shown(&cloud, &[id, "--format", "svg"]).starts_with("<svg "));
    assert!(shown(&cloud, &[id, "--format", "html"]).contains("FakeDriver.spawn"));
    let list = ["show", "flow", "--endpoint", cloud.flows(), "--format", "svg"];
    assert_fails(&list, 1, &["`mini-nova show flow` lists"]);

    let flows = cloud.flows().to_owned();
    let unknown = ["show", "flow", "--endpoint", &flows, "req-1"];
    assert_fails(&unknown, 1, &["knows nothing of req-1", "`mini-nova show flow` lists"]);
    cloud.stop("-TERM").await;
    assert_fails(&unknown, 1, &[&flows, "Connection refused"]);
}

#[tokio::test]
async fn the_page_and_its_parts_are_told_and_nothing_else() {
    let mut cloud = Running::start(&[]);
    let server = cloud.boot("vm").await;
    let look = RestClient::new("flows", cloud.flows());
    let get = async |path: &str| look.get(&RequestContext::default(), path).await.unwrap();
    let list: Value = serde_json::from_slice(&get("/flows?limit=1").await.body).unwrap();
    let [youngest] = &list.as_array().unwrap()[..] else { panic!("{list}") };
    assert_eq!(youngest["name"], format!("GET /v2.1/servers/{}", server["id"].as_str().unwrap()));
    let walk = format!("/flows/{}/walk", youngest["request_id"].as_str().unwrap());
    for (path, status, content_type, part) in [
        ("/", 200, "text/html", "<title>mini-nova: flows</title>"),
        ("/page.js", 200, "text/javascript", "FlowPlayer"),
        ("/page.css", 200, "text/css", "#requests"),
        ("/player.js", 200, "text/javascript", "class FlowPlayer"),
        ("/player.css", 200, "text/css", ".flow-step"),
        (&walk, 200, "application/json", "\"from\":\"client\",\"to\":\"api\""),
        ("/flows/req-1/walk", 404, "application/json", "nothing is known of req-1"),
        ("/flows?limit=many", 400, "application/json", "limit=many: not a number"),
        ("/../Cargo.toml", 404, "application/json", "there is /, /flows"),
    ] {
        let answer = get(path).await;
        let said = text(&answer.body);
        assert_eq!(answer.status, status, "{path}: {said}");
        let header = |name: &str| answer.headers[name].to_str().unwrap();
        assert!(header("content-type").starts_with(content_type), "{path}");
        assert!(header("content-security-policy").starts_with("default-src 'self'"), "{path}");
        assert!(said.contains(part), "{path}: {said}");
    }
    cloud.stop("-TERM").await;
}

#[tokio::test]
async fn the_trace_of_a_client_goes_on_in_the_cloud() {
    let mut cloud = Running::start(&[]);
    let sent = TraceParent::start("req-4bf92f35-77b3-4da6-a3ce-929d0e0e4736");
    let context = RequestContext {
        auth_token: Some("admin:abc123".into()),
        traceparent: Some(sent),
        ..RequestContext::default()
    };
    let nova = RestClient::new("nova", cloud.compute());
    let asked = nova.send(&context, Request::get("/flavors"), None).await.unwrap();
    let id = asked.headers["x-compute-request-id"].to_str().unwrap();
    let flow: Value = serde_json::from_str(&shown(&cloud, &[id, "--format=json"])).unwrap();
    assert_eq!(flow["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert!(flow["segments"][0]["parent"].is_string(), "{flow}");
    cloud.stop("-TERM").await;
}
