//! The exercise of chapter 5, solved: what a server costs.

#[path = "../examples/ch05/api.rs"]
#[allow(dead_code)]
mod api;
#[path = "../examples/ch05/sockets.rs"]
#[allow(dead_code)]
mod sockets;

use api::{Api, IMAGE};
use http_body_util::BodyExt;
use nova_extensions::{
    EXTENSIONS, ExtensionEntryPoint, Extensions, OsapiV21, V21ApiExtension,
    compute::server_keys::{ServerKey, key_since, server_keys},
    entry_point,
};
use nova_paste::{Environ, Request, body};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error + Send + Sync>;

// ANCHOR: solution
const SERVER_CREDITS: ExtensionEntryPoint =
    entry_point("server_credits", "server_credits:ServerCredits", |plugs| {
        let (rule, shown) = ("os_compute_api:os-server-credits", ["show", "detail"]);
        let controller = server_keys(plugs, "ServerCreditsController", rule, &shown, KEYS)?;
        Ok(V21ApiExtension::new("ServerCredits", "os-server-credits", "What a server costs.")
            .controller_extension("servers", controller))
    });

const KEYS: &[ServerKey] = &[key_since(2, 19, "mini:credits", |instance| {
    json!(4 * instance.vcpus + instance.memory_mb / 512)
})];
// ANCHOR_END: solution

async fn ask(api: &Api, line: &str, version: &str, wish: &str) -> Result<Value, Failure> {
    let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
    let mut request = Request::new(body(wish.to_owned()));
    *request.method_mut() = method.parse()?;
    request.headers_mut().insert("x-auth-token", "alice:c0ffee".parse()?);
    request.headers_mut().insert("x-openstack-nova-api-version", version.parse()?);
    Environ::of_mut(&mut request).path_info = path.into();
    let answer = api.app.call(request).await?;
    let bytes = answer.into_body().collect().await?.to_bytes();
    Ok(serde_json::from_slice(&bytes)?)
}

#[tokio::test]
async fn a_rule_that_no_file_knows_is_the_default_and_an_old_version_has_no_new_key() {
    let extensions = Extensions([EXTENSIONS, &[SERVER_CREDITS]].concat());
    let api = Api::new(extensions, OsapiV21::default()).await.unwrap();
    let server = json!({ "name": "web", "flavorRef": "1", "imageRef": IMAGE });
    let wish = json!({ "server": server }).to_string();
    let made = ask(&api, "POST /servers", "2.1", &wish).await.unwrap();
    let url = format!("GET /servers/{}", made["server"]["id"].as_str().unwrap());
    assert_eq!(made["server"].get("mini:credits"), None, "it extends no create");
    let before = ask(&api, &url, "2.18", "").await.unwrap();
    assert_eq!(before["server"].get("mini:credits"), None);
    let since = ask(&api, &url, "2.19", "").await.unwrap();
    assert_eq!(since["server"]["mini:credits"], 5);
}
