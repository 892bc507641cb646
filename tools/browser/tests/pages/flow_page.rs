//! The page of a running cloud: the requests that it sees, live.

use crate::{
    browser::{Browser, DESK, LOOKS},
    cloud::Cloud,
};
use serde_json::json;
use thirtyfour::Key;

/// A browser that looks at what a cloud tells.
async fn desk() -> Option<(Browser, Cloud)> {
    let browser = Browser::start().await?;
    let cloud = Cloud::start();
    browser.look(LOOKS[0]).await;
    browser.open(&cloud.flows).await;
    Some((browser, cloud))
}

/// The page lists as many requests as that.
fn lists(count: usize) -> String {
    format!("document.querySelectorAll('#requests > li').length === {count}")
}

/// The request at the top of the list, by what it says.
const YOUNGEST: &str = "document.querySelector('#requests .name').textContent";
const STATE: &str = "document.querySelector('#state').textContent";
const STEPS: &str = "document.querySelectorAll('#flow .flow-step').length";
const TITLE: &str = "document.querySelector('#flow .flow-title').textContent";

#[tokio::test]
async fn a_request_appears_and_its_flow_is_stepped_through() {
    let Some((browser, cloud)) = desk().await else { return };
    browser.until(&format!("{STATE} === 'No request yet.'")).await;
    browser.run("window.stayed = true").await;
    let answer = cloud.boot();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    browser.until(&lists(1)).await;
    assert_eq!(browser.text(YOUNGEST).await, "POST /v2.1/servers");
    browser.click("#requests a").await;
    browser.until(&format!("{STEPS} > 40")).await;
    browser.click("#flow .flow-next").await;
    browser.until("document.querySelector('.flow-step:nth-child(1).is-current')").await;
    browser.keys("#flow .flow", Key::Right).await;
    browser.until("document.querySelector('.flow-step:nth-child(2).is-current')").await;

    cloud.ask("GET /v2.1/flavors");
    browser.until(&lists(2)).await;
    assert_eq!(browser.text(YOUNGEST).await, "GET /v2.1/flavors");
    assert_eq!(browser.text(TITLE).await, "POST /v2.1/servers", "what is read stays");
    browser.click("#requests li:first-child a").await;
    browser.until(&format!("{TITLE} === 'GET /v2.1/flavors'")).await;
    let current = "document.querySelector('#requests [aria-current] .name').textContent";
    browser.until(&format!("{current} === 'GET /v2.1/flavors'")).await;
    assert_eq!(browser.value("window.stayed").await, json!(true), "all without a reload");
    assert_eq!(browser.troubles(&cloud.flows).await, [""; 0]);
}

#[tokio::test]
async fn the_filter_leaves_the_requests_that_have_the_word() {
    let Some((browser, cloud)) = desk().await else { return };
    for path in ["/v2.1/flavors", "/v2.1/servers", "/v2.1/nothing"] {
        cloud.ask(&format!("GET {path}"));
    }
    browser.until(&lists(3)).await;
    browser.keys("#filter", "FLAV").await;
    browser.until(&lists(1)).await;
    assert_eq!(browser.text(YOUNGEST).await, "GET /v2.1/flavors");
    cloud.ask("GET /v2.1/servers");
    cloud.ask("GET /v2.1/flavors/1");
    browser.until(&lists(2)).await;
    assert_eq!(browser.text(YOUNGEST).await, "GET /v2.1/flavors/1");
    browser.run("filter.value = '404'; filter.dispatchEvent(new Event('input'))").await;
    assert_eq!(browser.text(YOUNGEST).await, "GET /v2.1/nothing");
}

#[tokio::test]
async fn a_flow_that_goes_on_grows_until_it_is_over() {
    let Some((browser, cloud)) = desk().await else { return };
    let asking = cloud.begin_to_boot();
    browser.until(&lists(1)).await;
    let outcome = "document.querySelector('#requests .outcome').textContent";
    assert_eq!(browser.text(outcome).await, "…");
    browser.click("#requests a").await;
    browser.until(&format!("{STEPS} > 0")).await;
    browser.click(".flow-step:nth-child(2)").await;
    let early = browser.value(STEPS).await.as_u64().unwrap();
    assert!(early < 20, "{early} steps of a request that is not answered");
    assert!(asking.finish().starts_with("HTTP/1.1 202"));
    browser.until(&format!("{outcome} === '202'")).await;
    browser.until(&format!("{STEPS} > 40 && player.walk.settled")).await;
    let stands =
        browser.value("document.querySelector('.flow-step:nth-child(2).is-current')").await;
    assert!(!stands.is_null(), "the reader stands where the reader stood");
    assert_eq!(browser.troubles(&cloud.flows).await, [""; 0]);
}

#[tokio::test]
async fn the_page_says_that_the_cloud_is_gone_and_that_it_is_back() {
    let Some((browser, cloud)) = desk().await else { return };
    cloud.boot();
    browser.until(&format!("{STATE} === 'Live.'")).await;
    browser.click("#requests a").await;
    browser.until(&format!("{STEPS} > 40")).await;
    let port = cloud.stop();
    browser.until(&format!("{STATE}.startsWith('The cloud does not answer')")).await;
    assert!(browser.value(STEPS).await.as_u64().unwrap() > 40, "what is read stays");
    browser.shoot("flows-gone").await;
    let back = Cloud::with_flows_on(&port);
    browser.until(&format!("{STATE} === 'No request yet.'")).await;
    back.ask("GET /v2.1/flavors");
    browser.until(&lists(1)).await;
    browser.until(&format!("{STATE} === 'Live.'")).await;
}

#[tokio::test]
async fn the_page_fits_in_light_and_dark_on_a_desk_and_on_a_phone() {
    let Some((browser, cloud)) = desk().await else { return };
    for path in ["/v2.1/flavors", "/v2.1/servers/detail?name=a-name-that-is-longer-than-the-line"] {
        cloud.ask(&format!("GET {path}"));
    }
    cloud.ask("GET /v2.1/nothing");
    cloud.boot();
    for look in LOOKS {
        browser.look(look).await;
        browser.open("about:blank").await;
        browser.open(&cloud.flows).await;
        browser.until(&lists(4)).await;
        assert!(browser.width().await <= u64::from(look.1), "{look:?}: without a flow");
        browser.shoot(&format!("flows-{}-{}", look.0, look.1)).await;
        browser.click("#requests a").await;
        browser.until(&format!("{STEPS} > 40")).await;
        browser.click("#flow .is-filters").await;
        assert!(browser.width().await <= u64::from(look.1), "{look:?}: with a flow");
        let background = browser.text("getComputedStyle(document.documentElement).backgroundColor");
        assert_eq!(background.await == "rgb(255, 255, 255)", look.0 == "light");
        browser.shoot(&format!("flows-one-{}-{}", look.0, look.1)).await;
        if look.1 == DESK {
            let height = browser.value("document.documentElement.scrollHeight").await;
            assert!(height.as_u64().unwrap() <= 900, "{look:?}: {height} pixels high");
        } else {
            browser.run("document.querySelector('.flow-controls').scrollIntoView(false)").await;
            browser.shoot(&format!("flows-controls-{}-{}", look.0, look.1)).await;
        }
    }
    assert_eq!(browser.troubles(&cloud.flows).await, [""; 0]);
}

#[tokio::test]
async fn what_a_request_says_stays_text() {
    let Some((browser, cloud)) = desk().await else { return };
    let markup = "<img src=x onerror=\"window.broken=1\">";
    // As browsers send it, and as only a bad client would.
    cloud.ask("GET /v2.1/%3Cimg%20src=x%20onerror=%22window.broken=1%22%3E");
    cloud.ask("GET /v2.1/\"onmouseover=\"window.broken=1");
    browser.until(&lists(2)).await;
    for child in [1, 2] {
        browser.click(&format!("#requests li:nth-child({child}) a")).await;
        browser.until(&format!("{STEPS} > 0")).await;
    }
    // Whatever a flow holds: names, outcomes, errors, data.
    let hostile = json!({
        "request_id": markup, "title": markup, "outcome": markup, "settled": true,
        "lanes": ["client", markup],
        "steps": [{ "from": "client", "to": markup, "waits": true, "text": markup, "at_us": 1,
            "kind": "filters", "name": markup, "error": markup, "outcome": markup, "file": markup,
            "data": { "hosts": 1, "filters": [{ "filter": markup }],
                "rows": [{ "host": markup, "passed": 0, "why": markup }] } }],
    });
    browser.run(&format!("flow.replaceChildren(new FlowPlayer({hostile}).element)")).await;
    browser.click(".flow-step").await;
    let text = browser.text("document.querySelector('#flow').innerText").await;
    assert!(text.matches(markup).count() > 5, "{text}");
    browser.shoot("flows-hostile").await;
    let arrival = json!({ "request_id": markup, "lane": markup, "name": markup, "outcome": markup,
        "at_us": 1, "duration_us": 1 });
    browser.run(&format!("arrivals = [{arrival}]; draw()")).await;
    assert_eq!(browser.text(YOUNGEST).await, markup);
    assert_eq!(browser.value("document.querySelectorAll('img').length").await, json!(0));
    assert_eq!(browser.value("window.broken ?? null").await, json!(null));
}
