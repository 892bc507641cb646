//! Maps out of a configuration.

use http_body_util::BodyExt;
use nova_objects::Plugs;
use nova_paste::{
    EntryPoint, Environ, Factory, PasteConfig, Registry, Request, Response, app_fn, body,
};
use nova_urlmap::{ENTRY_POINTS, PASTE_ENTRY_POINTS};
use std::error::Error;

/// An app that answers the `name` of its section.
const APP: EntryPoint<Factory> = EntryPoint::app("test:app_factory", |_, _, local_conf| {
    let name = local_conf.get("name").unwrap_or_default().to_owned();
    Ok(app_fn(move |_| {
        let response = Response::new(body(name.clone()));
        async { Ok(response) }
    }))
});

const APPS: &str = "
[app:api]
paste.app_factory = test:app_factory
name = api
[app:lost]
paste.app_factory = test:app_factory
name = lost
";

/// Asks the map of `section` for `path`: `/v2.1` as it stands in a request, percent-decoded.
async fn ask(section: &str, path: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    let registry = Registry::new(Plugs::default())
        .install("nova", ENTRY_POINTS)
        .install("Paste", PASTE_ENTRY_POINTS)
        .install("test", &[APP]);
    let config = PasteConfig::parse("test.ini", &format!("[composite:main]\n{section}\n{APPS}"))?;
    let (app, _) = config.loader(&registry).load_app("main")?;
    let mut request = Request::new(body(""));
    Environ::of_mut(&mut request).path_info = path.into();
    let bytes = app.call(request).await?.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(bytes.to_vec())?)
}

const NOVA: &str = "use = call:nova.api.openstack.urlmap:urlmap_factory";
const PASTE: &str = "use = egg:Paste#urlmap";

#[tokio::test]
async fn each_key_is_a_path_and_each_value_an_app() {
    for factory in [NOVA, PASTE] {
        let section = format!("{factory}\n/v2.1: api\n/café = api\nnot_found_app = lost");
        for (path, app) in [("/v2.1/servers", "api"), ("/caf\u{c3}\u{a9}", "api"), ("/v2", "lost")]
        {
            assert_eq!(ask(&section, path).await.unwrap(), app, "{factory} {path}");
        }
    }
}

#[tokio::test]
async fn the_app_for_lost_requests_can_be_everybodys() {
    let section = format!("{NOVA}\n/v2.1: api\n[DEFAULT]\nnot_found_app = lost");
    assert_eq!(ask(&section, "/v2").await.unwrap(), "lost");
}

#[tokio::test]
async fn a_path_that_is_none_is_refused() {
    for (path, why) in [
        ("v2.1", "URL fragments must start with / or http:// (you gave 'v2.1')"),
        ("/v2 /v2.1", "more than one path given (have '/v2', got '/v2.1')"),
        ("port 80 /v2", "If you give a port, you must also give a domain"),
    ] {
        let error = ask(&format!("{NOVA}\n{path} = api"), "/").await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
