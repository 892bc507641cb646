//! The binary, as a person or a service manager uses it.

#[cfg(test)]
mod binary;
mod flow;
#[cfg(test)]
mod openrc;
#[cfg(test)]
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(test)]
#[cfg(feature = "postgres")]
#[path = "../../chapters-code/ch08-conductor/tests/conductor/scratch.rs"]
mod scratch;

use binary::{ALL, Running, assert_fails, mini_nova, text};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    net::{TcpListener, TcpStream},
    path::Path,
    time::{Duration, Instant},
};
use tokio::time::sleep;

#[test]
fn a_port_that_is_taken_is_told_in_one_message() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let port = address.port().to_string();
    let options = ["--port", "--identity-port", "--image-port", "--flow-port"];
    let services = ["the compute API", "the identity service", "the image service", "the flows"];
    for (option, service) in options.into_iter().zip(services) {
        let port = |other| if other == option { &*port } else { "0" };
        let ports = options.into_iter().flat_map(|other| [other, port(other)]);
        let args: Vec<&str> = ["all"].into_iter().chain(ports).collect();
        let message = format!("mini-nova: cannot listen on {address} for {service}: ");
        let said = assert_fails(&args, 1, &[&message, "in use", option]);
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_configuration_that_cannot_be_is_shown_where_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.conf");
    let path = path.to_str().unwrap();
    let args = ["show", "config", "--config-file", path];
    assert_fails(&args, 1, &[path, "No such file"]);
    for (conf, line, wanted) in [
        ("[DEFAULT]\nnonsense\n", 2, &["neither `[section]` nor `key = value`"][..]),
        ("compute_driver = x\n", 1, &["no section has begun yet"]),
        ("[DEFAULT]\n\nquota = 3\n", 3, &["no option quota in [DEFAULT]", "show config"]),
        ("[api]\nquota_cores = 3\n", 2, &["no option quota_cores in [api]", "[DEFAULT]"]),
        ("[DEFAULT]\nquota_cores = few\n", 2, &["`few` is not a whole number"]),
        ("[DEFAULT]\nosapi_compute_listen_port = 70000\n", 2, &["`70000` is not a port"]),
    ] {
        fs::write(path, conf).unwrap();
        let said = assert_fails(&args, 1, wanted);
        assert!(said.contains(&format!("{path}:{line}")), "{said}");
    }
    for (conf, wanted) in [
        (
            "[DEFAULT]\ncompute_driver = magic\n",
            "compute_driver = magic, installed: fake.FakeDriver",
        ),
        ("[DEFAULT]\napi_paste_config = /nonsense\n", "/nonsense"),
        ("[oslo_policy]\npolicy_file = /nonsense\n", "/nonsense"),
        ("[database]\nconnection = mysql://x\n", "mysql"),
        (
            "[database]\nconnection = postgresql://u:hunter2@127.0.0.1:1/x\n",
            if cfg!(feature = "postgres") { "Connection refused" } else { "--features postgres" },
        ),
        ("[DEFAULT]\nscheduler_default_filters = Magic\n", "Magic"),
    ] {
        fs::write(path, conf).unwrap();
        let said = assert_fails(&["demo", "--config-file", path], 1, &[wanted]);
        assert!(said.starts_with("mini-nova: ") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_command_line_that_says_nothing_sensible_is_refused() {
    for (args, wanted) in [
        (&["--nonsense"][..], "--nonsense"),
        (&["sing"], "sing"),
        (&["show"], "Usage"),
        (&["all", "--port", "many"], "many"),
    ] {
        assert_fails(args, 2, &[wanted]);
    }
    assert_fails(&["--flavor", "m9.giant"], 1, &["no flavor named m9.giant", "m1.tiny"]);
}

#[test]
fn a_service_alone_needs_a_broker() {
    for role in ["api", "scheduler", "conductor", "compute"] {
        assert_fails(&[role], 1, &["[DEFAULT] transport_url"]);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.conf");
    fs::write(&path, "[DEFAULT]\ntransport_url = kafka://u:hunter2@a/\n").unwrap();
    let wanted = if cfg!(feature = "amqp") { "neither rabbit" } else { "--features amqp" };
    let args = ["scheduler", "--config-file", path.to_str().unwrap()];
    assert!(!assert_fails(&args, 1, &[wanted]).contains("hunter2"));
}

#[test]
fn help_mentions_every_command() {
    for (args, commands) in [
        (&["--help"][..], &["demo", "all", "api", "scheduler", "conductor", "compute", "show"][..]),
        (&["show", "--help"], &["paste", "routes", "extensions", "config", "states"]),
    ] {
        let help = mini_nova(args);
        assert!(help.status.success());
        let help = text(&help.stdout);
        for command in commands {
            let line = |line: &str| line.trim_start().starts_with(&format!("{command} "));
            assert!(help.lines().any(line), "{args:?} has no {command}:\n{help}");
        }
    }
}

#[test]
fn what_a_cloud_is_made_of_is_shown_as_text_and_as_data() {
    for (what, text_has, field) in [
        ("paste", "osapi_compute", None),
        ("routes", "/servers/{id}", Some("controller")),
        ("extensions", "nova.api.v21.extensions", Some("alias")),
        ("config", "[database]", Some("value")),
        ("states", "createImage", Some("action")),
    ] {
        let shown = mini_nova(&["show", what]);
        assert!(shown.status.success());
        let shown = text(&shown.stdout);
        assert!(shown.contains(text_has), "{shown}");
        let data = mini_nova(&["show", what, "--json"]);
        let data: Value = serde_json::from_slice(&data.stdout).unwrap();
        if let Some(field) = field {
            let rows = data.as_array().unwrap();
            assert!(!rows.is_empty() && rows.iter().any(|row| row[field].is_string()), "{data}");
        }
    }
}

#[test]
fn the_states_shown_are_those_in_which_an_action_is_allowed() {
    let shown = text(&mini_nova(&["show", "states"]).stdout);
    let line = |action: &str| {
        let line = shown.lines().find(|line| line.split_whitespace().next() == Some(action));
        line.unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(line("pause"), ["pause", "active", "-", "yes", "yes", "yes", "pausing"]);
    assert_eq!(line("delete"), ["delete", "any", "any", "no", "yes", "no", "deleting"]);
    assert_eq!(line("lock"), ["lock", "any", "any", "no", "no", "no", "-"]);
    let data = mini_nova(&["show", "states", "--json"]);
    let data: Value = serde_json::from_slice(&data.stdout).unwrap();
    let rows = data.as_array().unwrap();
    let pause = rows.iter().find(|row| row["action"] == "pause").unwrap();
    assert_eq!((&pause["vm_states"], &pause["task_states"]), (&json!(["active"]), &json!([null])));
    let delete = rows.iter().find(|row| row["action"] == "delete").unwrap();
    assert_eq!(
        (&delete["vm_states"], &delete["must_have_launched"]),
        (&json!(null), &json!(false))
    );
}

#[test]
fn the_routes_shown_are_those_with_a_text_in_any_column() {
    let rows = |args: &[&str]| -> Vec<Vec<String>> {
        let shown = text(&mini_nova(args).stdout);
        let rows = shown.lines().take_while(|line| !line.is_empty());
        rows.map(|row| row.split_whitespace().map(str::to_owned).collect()).collect()
    };
    let all = rows(&["show", "routes"]);
    for filter in ["post", "/Servers", "flavorscontroller", "detail"] {
        let has = |cell: &String| cell.to_lowercase().contains(&filter.to_lowercase());
        let expected: Vec<_> = all.iter().filter(|row| row.iter().any(has)).cloned().collect();
        let shown = rows(&["show", "routes", filter]);
        assert!(!shown.is_empty() && shown.len() < all.len(), "{filter}");
        assert_eq!(shown, expected, "{filter}");
        let data = mini_nova(&["show", "routes", filter, "--json"]);
        let data: Value = serde_json::from_slice(&data.stdout).unwrap();
        assert_eq!(data.as_array().unwrap().len(), expected.len(), "{filter}");
    }
    for json in [&[][..], &["--json"]] {
        let args = [&["show", "routes", "nonsense"], json].concat();
        let said = assert_fails(&args, 1, &["contains `nonsense`", "method, path, controller"]);
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn the_configuration_shown_is_one_that_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.conf");
    let shown = mini_nova(&["show", "config"]).stdout;
    fs::write(&path, &shown).unwrap();
    let again = mini_nova(&["show", "config", "--config-file", path.to_str().unwrap()]);
    assert_eq!(text(&again.stdout), text(&shown), "{}", text(&again.stderr));
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_a_cloud_in_good_order() {
    for signal in ["-TERM", "-INT"] {
        let mut cloud = Running::start(&[]);
        // The connection of this client stays open, and must not keep the cloud from stopping.
        assert_eq!(cloud.ask("/servers", None).await, json!({ "servers": [] }));
        cloud.stop(signal).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_cloud_with_a_folder_for_its_state_finds_its_servers_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("made").join("by").join("it");
    let (cloud, server) =
        finds_its_servers_again(&["--state", Path::to_str(&folder).unwrap()]).await;
    // A fake guest is gone with its process. It runs again, from the beginning.
    let show = json!({ "os-getConsoleOutput": { "length": 9 } });
    let console = cloud.ask(&format!("{server}/action"), Some(&show)).await;
    assert_eq!(console, json!({ "output": "Reset.\n" }));
    assert_eq!(cloud.ask(&server, None).await["server"]["OS-EXT-STS:power_state"], 1);
}

/// Starts a cloud with `args`, boots a server, and looks for it after a restart. Gives the cloud
/// as it is then, and the server's path.
#[cfg(test)]
async fn finds_its_servers_again(args: &[&str]) -> (Running, String) {
    let mut cloud = Running::start(args);
    let server = cloud.boot("kept").await;
    let path = format!("/servers/{}", server["id"].as_str().unwrap());
    cloud.stop("-TERM").await;

    let cloud = Running::start(args);
    let again = cloud.ask(&path, None).await["server"].clone();
    for key in ["id", "name", "status", "created", "hostId", "OS-EXT-SRV-ATTR:host"] {
        assert_eq!(again[key], server[key], "{key}");
    }
    (cloud, path)
}

#[cfg(unix)]
#[tokio::test]
async fn who_is_in_a_hurry_says_so_twice() {
    let mut cloud = Running::start(&[]);
    let address = cloud.compute().trim_start_matches("http://").trim_end_matches("/v2.1");
    let mut slow = TcpStream::connect(address).unwrap();
    let head = "POST /v2.1/servers HTTP/1.1\r\nHost: a\r\nX-Auth-Token: a\r\nContent-Length: 9";
    slow.write_all(format!("{head}\r\n\r\n{{").as_bytes()).unwrap();
    sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    cloud.signal("-INT");
    sleep(Duration::from_millis(200)).await;
    cloud.stop("-INT").await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn a_value_of_several_lines_can_be_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.conf");
    fs::write(&path, "[keystone_authtoken]\nusername = a\n  b\n").unwrap();
    let args = ["show", "config", "--config-file", path.to_str().unwrap()];
    let shown = mini_nova(&args).stdout;
    fs::write(&path, &shown).unwrap();
    assert_eq!(text(&mini_nova(&args).stdout), text(&shown));
}

#[test]
fn a_policy_that_cannot_be_is_shown_where_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name| folder.path().join(name).display().to_string();
    let (conf, policy) = (path("nova.conf"), path("policy.json"));
    fs::write(&conf, format!("[oslo_policy]\npolicy_file = {policy}\n")).unwrap();
    fs::write(&policy, "{\n  \"default\": \"rule:nobody\"\n}\n").unwrap();
    for args in [&["demo"][..], &ALL, &["show", "routes"]] {
        let args = [args, &["--config-file", &conf]].concat();
        let said = assert_fails(&args, 1, &["policy rule default: there is no rule `nobody`"]);
        assert!(said.contains(&format!("{policy}:2:")), "{said}");
    }
}
