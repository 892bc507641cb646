//! The player in the book: a recorded flow, step by step.

use crate::{
    browser::{Browser, DESK, LOOKS, PHONE},
    site::Site,
};
use serde_json::{Value, json};
use std::time::Duration;
use thirtyfour::Key;
use tokio::time::sleep;

/// The first player of the page.
const FLOW: &str = "figure.flow";

/// On which step one stands, from 1; 0 is before the first.
async fn step(browser: &Browser) -> i64 {
    let rows = "[...document.querySelectorAll('figure.flow')[0].querySelectorAll('.flow-step')]";
    let at = |what: &str| format!("{rows}.findIndex((row) => {what}) + 1");
    let current = browser.value(&at("row.classList.contains('is-current')")).await;
    let said = browser.value(&at("row.getAttribute('aria-current') === 'step'")).await;
    assert_eq!(current, said, "what is seen is what a screen reader says");
    let slider = browser.value("Number(document.querySelector('.flow-slider').value)").await;
    assert_eq!(current, slider, "the slider is where the drawing is");
    current.as_i64().unwrap()
}

async fn steps(browser: &Browser) -> i64 {
    let rows = "document.querySelector('figure.flow').querySelectorAll('.flow-step').length";
    browser.value(rows).await.as_i64().unwrap()
}

async fn details(browser: &Browser) -> String {
    browser.text("document.querySelector('.flow-details').innerText").await
}

/// Where everything is that should stay where it is, on the page.
async fn places(browser: &Browser) -> Value {
    browser
        .run(
            "const flow = document.querySelector('figure.flow');
             const after = document.querySelector('figure.flow ~ h2, figure.flow ~ p');
             const parts = ['.flow-caption', '.flow-scroll', '.flow-controls', '.flow-details'];
             return [flow, after, ...parts.map((part) => flow.querySelector(part))].map((it) => {
               const box = it.getBoundingClientRect();
               return [box.x, box.y + scrollY, box.width, box.height];
             });",
        )
        .await
}

async fn the_buttons_the_keys_and_the_slider_step(browser: &Browser) {
    let last = steps(browser).await;
    assert!(last > 40, "{last} steps");
    assert_eq!(step(browser).await, 0);
    browser.click(".flow-next").await;
    browser.click(".flow-next").await;
    assert_eq!(step(browser).await, 2);
    browser.click(".flow-prev").await;
    assert_eq!(step(browser).await, 1);
    assert!(details(browser).await.contains("An HTTP request arrives."));
    for (key, wanted) in [
        (Key::Right, 2),
        (Key::Right, 3),
        (Key::Left, 2),
        (Key::End, last),
        (Key::Right, last),
        (Key::Home, 1),
    ] {
        browser.keys(FLOW, key).await;
        assert_eq!(step(browser).await, wanted, "after the key");
    }
    let page = browser.url().await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(browser.url().await, page, "the page does not turn its leaves");
    browser.keys(".flow-slider", Key::End).await;
    assert_eq!(step(browser).await, last);
    browser
        .run(
            "const slider = document.querySelector('.flow-slider');
             slider.value = 5;
             slider.dispatchEvent(new Event('input', { bubbles: true }));",
        )
        .await;
    assert_eq!(step(browser).await, 5);
    browser.click(".flow-step:nth-child(7)").await;
    assert_eq!(step(browser).await, 7, "a line that is clicked is the one");
}

async fn it_plays_until_it_is_told_to_stop(browser: &Browser) {
    browser.keys(FLOW, Key::Home).await;
    browser.keys(FLOW, Key::Space).await;
    browser.until("document.querySelector('.flow-step:nth-child(3).is-current')").await;
    browser.click(".flow-play").await;
    let stopped = step(browser).await;
    sleep(Duration::from_millis(1500)).await;
    assert_eq!(step(browser).await, stopped);
    let last = steps(browser).await;
    browser.click(&format!(".flow-step:nth-child({})", last - 1)).await;
    browser.click(".flow-play").await;
    browser.until("document.querySelector('.flow-step:last-child.is-current')").await;
    browser.until("document.querySelector('.flow-play').textContent === '▶'").await;
}

async fn nothing_moves(browser: &Browser) {
    browser.keys(FLOW, Key::Home).await;
    let (places_before, top) = (places(browser).await, browser.value("scrollY").await);
    for at in 2..=steps(browser).await {
        browser.run("document.querySelector('.flow-next').click()").await;
        assert_eq!(places(browser).await, places_before, "step {at}");
    }
    assert_eq!(browser.value("scrollY").await, top);
}

/// What the scheduler decided is a table; and what ran has a chapter.
async fn it_tells_what_is_known(browser: &Browser, site: &Site) {
    browser.click(".flow-step.is-filters").await;
    let hosts = browser.text("document.querySelector('.flow-details .flow-table').innerText").await;
    for word in ["host-1", "RamFilter", "fits"] {
        assert!(hosts.contains(word), "{hosts}");
    }
    browser.shoot("flow-filters").await;
    browser.click(".flow-step.is-filter").await;
    let links = "[...document.querySelectorAll('.flow-details a')].map((a) => a.href)";
    let links = browser.value(links).await;
    let link = links[0].as_str().unwrap_or_else(|| panic!("no chapter: {links}"));
    let page = link.strip_prefix(&site.home).unwrap();
    assert!(site.pages().iter().any(|name| name == page), "{page} is no page");
}

async fn every_chapter_that_is_named_exists(browser: &Browser, site: &Site) {
    let links = browser
        .run(
            "const found = new Set();
             for (const flow of document.querySelectorAll('figure.flow'))
               for (const row of flow.querySelectorAll('.flow-step')) {
                 row.click();
                 for (const a of flow.querySelectorAll('.flow-details a')) found.add(a.href);
               }
             return [...found];",
        )
        .await;
    let links = links.as_array().unwrap();
    assert!(links.len() >= 5, "{links:?}");
    for link in links {
        let page = link.as_str().unwrap().strip_prefix(&site.home).unwrap();
        assert!(site.pages().iter().any(|name| name == page), "{page} is no page");
    }
}

/// On the screen there is the player, on paper the text.
async fn paper_has_the_text(browser: &Browser) {
    let shown = "[...document.querySelectorAll('figure.flow')].map((flow) =>
        [flow, flow.nextElementSibling].map((it) => getComputedStyle(it).display !== 'none'))";
    for (medium, wanted) in [("", json!([true, false])), ("print", json!([false, true]))] {
        browser.media(medium, "light").await;
        for flow in browser.value(shown).await.as_array().unwrap() {
            assert_eq!(*flow, wanted, "player and text on `{medium}`");
        }
    }
    browser.media("", "light").await;
}

async fn walk(site: &Site, page: &str) {
    let Some(browser) = Browser::start().await else { return };
    for width in [DESK, PHONE] {
        browser.look(("light", width)).await;
        browser.open(&site.url(page)).await;
        the_buttons_the_keys_and_the_slider_step(&browser).await;
        nothing_moves(&browser).await;
        it_tells_what_is_known(&browser, site).await;
    }
    it_plays_until_it_is_told_to_stop(&browser).await;
    every_chapter_that_is_named_exists(&browser, site).await;
    paper_has_the_text(&browser).await;
    for look in LOOKS {
        browser.look(look).await;
        browser.click(".flow-step.is-weighers").await;
        browser.run("document.querySelector('figure.flow').scrollIntoView()").await;
        let name = page.trim_end_matches(".html");
        browser.shoot(&format!("flow-{name}-{}-{}", look.0, look.1)).await;
    }
    assert_eq!(browser.troubles(&site.home).await, [""; 0]);
    browser.keys("body", Key::Right).await;
    browser.until(&format!("!location.pathname.endsWith('{page}')")).await;
}

#[tokio::test]
async fn a_recorded_flow_is_stepped_through() {
    walk(&Site::over_http().await, "ch10-traces.html").await;
}

#[tokio::test]
async fn a_recorded_flow_is_stepped_through_without_a_server() {
    walk(&Site::of_files(), "ch12-together.html").await;
}
