//! The rules of this exercise.

use add_header::ENTRY_POINTS;
use http::HeaderValue;
use kit::{House, pasted, rule, rule_that};
use mini_nova::Conf;
use nova_paste::{
    App, EntryPoint, GlobalConf, Loader, LocalConf, PasteConfig, PasteError, Registry, Request,
    Response, app_fn, body,
};

const SECTION: &str = "
[filter:add_header]
paste.filter_factory = workshop.add_header:AddHeader.factory
name = x-served-by
value = the workshop
";

const PIPELINE: &str = "
[pipeline:main]
pipeline = add_header app

[app:app]
paste.app_factory = the:app
";

/// An app that says itself who serves, if its section does.
fn app(_: &Loader<'_>, _: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let by: Option<HeaderValue> = conf.get("by").map(|by| by.parse().unwrap());
    Ok(app_fn(move |_request| {
        let mut answer = Response::new(body("hello"));
        if let Some(by) = &by {
            answer.headers_mut().insert("x-served-by", by.clone());
        }
        async { Ok(answer) }
    }))
}

fn load(text: &str) -> Result<App, PasteError> {
    let registry = Registry::default()
        .install("workshop", ENTRY_POINTS)
        .install("the", &[EntryPoint::app("the:app", app)]);
    Ok(PasteConfig::parse("mine.ini", text)?.loader(&registry).load_app("main")?.0)
}

/// Who has served, as the answer's headers say.
async fn served_by(text: &str) -> Vec<String> {
    let answer = load(text).unwrap().call(Request::new(body(""))).await.unwrap();
    let said = answer.headers().get_all("x-served-by").iter();
    said.map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_answer_has_the_header() {
    let said = served_by(&format!("{PIPELINE}{SECTION}")).await;
    rule("an answer that passed the filter has the header", vec!["the workshop".to_owned()], said);
}

#[tokio::test]
async fn the_apps_own_value_stays() {
    let said = served_by(&format!("{PIPELINE}by = the app\n{SECTION}")).await;
    rule("an app that sets the header keeps its value", vec!["the app".to_owned()], said);
}

#[test]
fn a_section_without_a_key_stops_the_start() {
    for (line, instead, named) in [
        ("name = x-served-by", "", "`name` is missing"),
        ("value = the workshop", "", "`value` is missing"),
        ("name = x-served-by", "name = served by", "served by"),
    ] {
        let rule = match instead {
            "" => format!("a section without `{line}` stops the start"),
            _ => format!("a section with `{instead}` stops the start"),
        };
        let text = format!("{PIPELINE}{}", SECTION.replace(line, instead));
        let said = load(&text).map_or_else(|error| error.to_string(), |_| "it was loaded".into());
        rule_that(&rule, said.contains(named) && said.contains("mine.ini:9"), said);
    }
}

#[tokio::test]
async fn a_section_that_uses_another_inherits_what_it_says() {
    let pipeline = PIPELINE.replace("add_header", "another");
    let another = "\n[filter:another]\nuse = add_header\nvalue = somebody else\n";
    let said = served_by(&format!("{pipeline}{SECTION}{another}")).await;
    rule(
        "it inherits the name, and its own value goes before the other's",
        vec!["somebody else".to_owned()],
        said,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_it_is_one_of_the_filters() {
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let old = "compute_req_id faultwrap sizelimit osprofiler noauth2 osapi_compute_app_v21";
    let _file = pasted(&mut conf, old, &old.replace("faultwrap", "add_header faultwrap"), SECTION);
    let house = House::start(conf).await;
    let answer = house.get("/servers").await;
    let flow = house.flow(answer.request_id()).await;
    house.stop().await;
    rule("Nova's own answers have it too", "the workshop", answer.header("x-served-by"));
    rule_that(
        "the flow has it between its neighbours",
        flow.contains("compute_req_id › add_header › faultwrap"),
        flow,
    );
}
