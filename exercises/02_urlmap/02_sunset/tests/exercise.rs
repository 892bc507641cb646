//! The rules of this exercise.

use http::Method;
use kit::{House, pasted, rule, rule_that};
use mini_nova::Conf;
use nova_paste::{
    App, EntryPoint, Environ, GlobalConf, Loader, LocalConf, PasteConfig, PasteError, Registry,
    Response, app_fn, body,
};
use sunset::ENTRY_POINTS;

const SECTION: &str = "
[filter:sunset]
paste.filter_factory = workshop.sunset:Sunset.factory
deprecation = @1767225600
sunset = Thu, 31 Dec 2026 23:59:59 GMT
successor = /v2.1
";

/// Two versions of an API, of which the old one is behind the filter.
const MOUNTS: &str = "
[composite:main]
use = call:nova.api.openstack.urlmap:urlmap_factory
/v2: old
/v2.1: servers

[pipeline:old]
pipeline = sunset servers

[app:servers]
paste.app_factory = the:app
";

/// An app that has a link of its own.
fn app(_: &Loader<'_>, _: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let next = conf.get("next").map(|next| next.parse::<http::HeaderValue>().unwrap());
    Ok(app_fn(move |_request| {
        let mut answer = Response::new(body("no servers"));
        if let Some(next) = &next {
            answer.headers_mut().insert("link", next.clone());
        }
        async { Ok(answer) }
    }))
}

/// The answer to a request, as it comes to the URL map: the path is decoded already.
async fn ask(file: &str, (sent, path): (&str, &str), headers: &[(&str, &str)]) -> Response {
    let registry = Registry::default()
        .install("nova", nova_urlmap::ENTRY_POINTS)
        .install("workshop", ENTRY_POINTS)
        .install("the", &[EntryPoint::app("the:app", app)]);
    let config = PasteConfig::parse("mine.ini", file).unwrap();
    let app = config.loader(&registry).load_app("main").unwrap().0;
    let mut request = http::Request::get(sent);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(body("")).unwrap();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let environ = Environ::of_mut(&mut request);
    environ.url_scheme = "http".into();
    environ.host = "cloud:8774".into();
    environ.path_info = path.into();
    environ.query_string = query;
    app.call(request).await.unwrap()
}

fn values(answer: &Response, name: &str) -> Vec<String> {
    let values = answer.headers().get_all(name).iter();
    values.map(|value| value.to_str().unwrap().to_owned()).collect()
}

fn link(url: &str) -> String {
    format!("<{url}>; rel=\"successor-version\"")
}

#[tokio::test]
async fn an_answer_says_since_when_and_until_when() {
    let answer = ask(&format!("{MOUNTS}{SECTION}"), ("/v2/servers", "/v2/servers"), &[]).await;
    rule("since when", vec!["@1767225600"], values(&answer, "deprecation"));
    rule("until when", vec!["Thu, 31 Dec 2026 23:59:59 GMT"], values(&answer, "sunset"));
    let answer = ask(&format!("{MOUNTS}{SECTION}"), ("/v2.1/servers", "/v2.1/servers"), &[]).await;
    rule("the new mount has no sunset", Vec::<String>::new(), values(&answer, "sunset"));
}

#[tokio::test]
async fn the_link_is_the_same_request_under_the_new_mount() {
    let old = [("accept", "application/json;version=2")];
    for (sent, path, headers, url) in [
        ("/v2/servers", "/v2/servers", &[][..], "http://cloud:8774/v2.1/servers"),
        ("/v2", "/v2", &[], "http://cloud:8774/v2.1"),
        ("/v2/servers?name=/v2/x", "/v2/servers", &[], "http://cloud:8774/v2.1/servers?name=/v2/x"),
        ("//v2//servers", "//v2//servers", &[], "http://cloud:8774/v2.1/servers"),
        ("/servers/v2", "/servers/v2", &old, "http://cloud:8774/v2.1/servers/v2"),
    ] {
        let answer = ask(&format!("{MOUNTS}{SECTION}"), (sent, path), headers).await;
        let said = values(&answer, "link");
        rule(&format!("the link in the answer to {sent} {headers:?}"), vec![link(url)], said);
    }
}

#[tokio::test]
async fn what_was_encoded_is_encoded_again() {
    let sent = ("/v2/servers/a%3E%20b", "/v2/servers/a> b");
    let answer = ask(&format!("{MOUNTS}{SECTION}"), sent, &[]).await;
    let right = vec![link("http://cloud:8774/v2.1/servers/a%3E%20b")];
    rule("`a> b`, as the app sees it, is `a%3E%20b` in a URL", right, values(&answer, "link"));
}

#[tokio::test]
async fn the_apps_own_link_stays() {
    let file = format!("{MOUNTS}next = </next>; rel=next\n{SECTION}");
    let answer = ask(&file, ("/v2/servers", "/v2/servers"), &[]).await;
    let mut both = values(&answer, "link");
    both.sort();
    let right = vec!["</next>; rel=next".to_owned(), link("http://cloud:8774/v2.1/servers")];
    rule("an answer may have two links", right, both);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_the_link_leads_to_the_same_servers() {
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let old = "compute_req_id faultwrap sizelimit osprofiler noauth2 legacy_v2_compatible";
    let _file = pasted(&mut conf, old, &old.replace("faultwrap", "sunset faultwrap"), SECTION);
    let house = House::start(conf).await;
    let answer = house.ask_root(Method::GET, "/v2/servers?limit=1", &[]).await;
    let root = house.cloud().compute_endpoint().trim_end_matches("/v2.1").to_owned();
    let right = link(&format!("{root}/v2.1/servers?limit=1"));
    rule("where the same is to be had in future", right, answer.header("link"));
    let followed = house.ask_root(Method::GET, "/v2.1/servers?limit=1", &[]).await;
    let flow = house.flow(answer.request_id()).await;
    house.stop().await;
    rule("it is the same there", answer.body, followed.body);
    rule_that(
        "the flow has it between its neighbours",
        flow.contains("compute_req_id › sunset › faultwrap"),
        flow,
    );
}
