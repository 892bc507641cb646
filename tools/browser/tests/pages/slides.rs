//! A page of the book as slides, for a teacher's screen.

use crate::{
    browser::{Browser, DESK},
    site::Site,
};
use serde_json::json;
use thirtyfour::Key;

/// The headings that can be seen.
async fn seen(browser: &Browser) -> Vec<String> {
    let headings = "[...document.querySelectorAll('main h1, main h2')]
        .filter((heading) => heading.checkVisibility()).map((heading) => heading.innerText)";
    serde_json::from_value(browser.value(headings).await).unwrap()
}

#[tokio::test]
async fn each_section_is_a_slide_and_the_arrows_turn_them() {
    let Some(browser) = Browser::start().await else { return };
    let site = Site::of_files();
    browser.look(("light", DESK)).await;
    let address = site.url("ch07-scheduler.html") + "?slides";
    browser.open(&address).await;
    assert_eq!(seen(&browser).await, ["The scheduler: which host?"]);
    for (key, slide) in [
        (Key::Right, "What you will see"),
        (Key::Right, "Predict"),
        (Key::Left, "What you will see"),
        (Key::End, "What we left out, and why"),
        (Key::Right, "What we left out, and why"),
        (Key::Home, "The scheduler: which host?"),
    ] {
        browser.keys("body", key).await;
        assert_eq!(seen(&browser).await, [slide], "after the key");
    }
    assert_eq!(browser.url().await, address, "the book does not turn its leaves");
    browser.shoot("slides").await;

    browser.open("about:blank").await;
    browser.open(&format!("{address}#predict")).await;
    assert_eq!(seen(&browser).await, ["Predict"], "a link leads to its slide");
    browser.media("print", "light").await;
    let all = browser.value("document.querySelectorAll('section.slide').length").await;
    assert_eq!(json!(seen(&browser).await.len()), all, "all are printed");
    assert_eq!(browser.troubles(&site.home).await, [""; 0]);

    browser.media("", "light").await;
    browser.open(&site.url("ch07-scheduler.html")).await;
    assert!(seen(&browser).await.len() > 10, "without the word, it is the page");
}
