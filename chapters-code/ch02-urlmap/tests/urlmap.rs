//! Nova's map, from outside: which app takes a request, and what it sees.

use http::{HeaderName, HeaderValue};
use http_body_util::BodyExt;
use nova_paste::{App, Application, Environ, Request, Response, app_fn, body};
use nova_urlmap::{PasteUrlMap, UrlMap, UrlMapError};
use std::error::Error;

type Failure = Box<dyn Error + Send + Sync>;

/// An app that answers its name, `SCRIPT_NAME` and `PATH_INFO`.
fn app(name: &'static str) -> App {
    app_fn(move |request| {
        let Environ { script_name, path_info, .. } = Environ::of(&request);
        let seen = format!("{name} {script_name} {path_info}");
        async { Ok(Response::new(body(seen))) }
    })
}

fn map_of(mounts: &[(&str, &'static str)]) -> Result<UrlMap, UrlMapError> {
    let mut map = PasteUrlMap::new(None);
    for (path, name) in mounts {
        map.mount(path, name, app(name))?;
    }
    Ok(UrlMap::new(map))
}

/// Asks for `path` with `headers`; gives what the app answers, or the class of the error.
async fn ask(map: &UrlMap, path: &str, headers: &[(&str, &str)]) -> Result<String, Failure> {
    let mut request = Request::new(body(""));
    for (name, value) in headers {
        let value = HeaderValue::from_bytes(value.as_bytes())?;
        request.headers_mut().append(HeaderName::try_from(*name)?, value);
    }
    *Environ::of_mut(&mut request) = Environ {
        url_scheme: "http".into(),
        host: "api.example.com".into(),
        path_info: path.into(),
        ..Environ::default()
    };
    match map.call(request).await {
        Ok(response) => {
            let bytes = response.into_body().collect().await?.to_bytes();
            Ok(String::from_utf8(bytes.to_vec())?)
        }
        Err(raised) => Ok(raised.class),
    }
}

const TODAY: &[(&str, &str)] =
    &[("/", "versions"), ("/v2.1", "version_v21"), ("/v2.1/+", "api_v21")];

#[tokio::test]
async fn a_wildcard_takes_what_has_something_behind_the_slash() {
    let map = map_of(TODAY).unwrap();
    for (path, seen) in [
        ("/v2.1", "version_v21 /v2.1 "),
        ("/v2.1/", "version_v21 /v2.1 /"),
        ("/v2.1//", "version_v21 /v2.1 /"),
        ("/v2.1/s", "api_v21 /v2.1 /s"),
        ("/v2.1/servers/", "api_v21 /v2.1 /servers/"),
        ("/v2.1x/servers", "versions  /v2.1x/servers"),
        ("/v2.1/+", "api_v21 /v2.1 /+"),
    ] {
        assert_eq!(ask(&map, path, &[]).await.unwrap(), seen, "{path}");
    }
}

#[tokio::test]
async fn a_version_in_a_header_names_the_exact_mount() {
    let version = [("accept", "application/json;version=2.1")];
    assert_eq!(ask(&map_of(TODAY).unwrap(), "/x", &version).await.unwrap(), "version_v21 /v2.1 /x");
}

#[tokio::test]
async fn a_header_sent_twice_is_one_list() {
    let map = map_of(&[("/", "versions"), ("/v2.1", "api_v21")]).unwrap();
    let twice = [("accept", "text/html"), ("accept", "application/json;version=2.1")];
    assert_eq!(ask(&map, "/x", &twice).await.unwrap(), "api_v21 /v2.1 /x");
}

#[tokio::test]
async fn a_mount_on_the_domain_comes_before_a_longer_path() {
    let map =
        map_of(&[("/v2.1/servers", "any"), ("domain api.example.com /v2.1", "here")]).unwrap();
    assert_eq!(ask(&map, "/v2.1/servers", &[]).await.unwrap(), "here /v2.1 /servers");
}

#[tokio::test]
async fn what_no_filter_can_catch_is_raised_with_its_python_class() {
    let map = map_of(&[("/", "versions")]).unwrap();
    for (path, header, class) in [
        ("servers", ("accept", "*/*"), "AssertionError"),
        ("/", ("accept", ";"), "StopIteration"),
        ("/", ("accept", "application/json;q"), "TypeError"),
        ("/", ("content-type", "application/json;version="), "TypeError"),
    ] {
        assert_eq!(ask(&map, path, &[header]).await.unwrap(), class, "{path} {header:?}");
    }
}

#[tokio::test]
async fn odd_headers_are_read_to_the_end() {
    let map = map_of(&[("/", "versions")]).unwrap();
    let long = "a,".repeat(50_000);
    for accept in ["\"", "\\", "\"\\", ",,,", "q=1;;;", "*", "*/", "é/*;q=nan", &long] {
        let seen = ask(&map, "/", &[("accept", accept)]).await.unwrap();
        assert_eq!(seen, "versions  /", "{accept:.20}");
    }
}

#[tokio::test]
async fn where_nothing_is_mounted_the_answer_repeats_the_path() {
    let map = map_of(&[("/v2.1", "api_v21")]).unwrap();
    let text = "404 Not Found\r\nThe resource could not be found.\r\n/café\r\n\r\n";
    assert_eq!(ask(&map, "/caf\u{c3}\u{a9}", &[]).await.unwrap(), text);
}
