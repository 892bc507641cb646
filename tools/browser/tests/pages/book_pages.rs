//! Every page of the book, as readers open them.

use crate::{
    browser::{Browser, DESK, LOOKS, PHONE},
    site::Site,
};
use serde_json::json;
use std::{fs, thread};

/// Opens the page, and says what is wrong with it.
async fn visit(browser: &Browser, site: &Site, page: &str, look: (&str, u32)) -> Vec<String> {
    browser.look(look).await;
    browser.open(&site.url(page)).await;
    let mut troubles = browser.troubles(&site.home).await;
    let width = browser.width().await;
    if width > u64::from(look.1) {
        troubles.push(format!("{width} pixels wide"));
    }
    let background =
        browser.value("getComputedStyle(document.documentElement).backgroundColor").await;
    let is_white = background == json!("rgb(255, 255, 255)");
    if is_white != (look.0 == "light") {
        troubles.push(format!("{background} behind it"));
    }
    troubles.into_iter().map(|it| format!("{page} in {look:?}: {it}")).collect()
}

#[tokio::test]
async fn every_page_loads_in_light_and_dark_on_a_desk_and_on_a_phone() {
    let Some(browser) = Browser::start().await else { return };
    let site = Site::over_http().await;
    let mut troubles = Vec::new();
    for look in LOOKS {
        for page in site.pages() {
            troubles.extend(visit(&browser, &site, page, look).await);
            let name = if page.is_empty() { "root" } else { page.trim_end_matches(".html") };
            browser.shoot(&format!("book-{name}-{}-{}", look.0, look.1)).await;
        }
    }
    assert_eq!(troubles, [""; 0]);
}

#[tokio::test]
async fn every_page_loads_without_a_server() {
    let Some(browser) = Browser::start().await else { return };
    let site = Site::of_files();
    let mut troubles = Vec::new();
    for page in site.pages() {
        troubles.extend(visit(&browser, &site, page, ("light", PHONE)).await);
    }
    find(&browser, &site, "index.html").await;
    troubles.extend(browser.troubles(&site.home).await);
    assert_eq!(troubles, [""; 0]);
}

/// Searches from `page` for a word of chapter 7, and follows the first result.
async fn find(browser: &Browser, site: &Site, page: &str) {
    browser.open(&site.url(page)).await;
    browser.click("#mdbook-search-toggle").await;
    browser.until("document.querySelector('#mdbook-searchbar').checkVisibility()").await;
    browser.keys("#mdbook-searchbar", "RetryFilter").await;
    browser.until("document.querySelector('#mdbook-searchresults a')").await;
    browser.click("#mdbook-searchresults a").await;
    browser.until("location.search.includes('highlight=')").await;
    browser.until("document.querySelector('main mark')").await;
    let found = browser.text("document.querySelector('main').innerText").await;
    assert!(found.contains("RetryFilter"), "{} from {page}", browser.url().await);
}

#[tokio::test]
async fn the_search_leads_from_every_page_to_where_the_word_is() {
    let Some(browser) = Browser::start().await else { return };
    let site = Site::over_http().await;
    for (page, width) in site.pages().iter().zip([DESK, PHONE].into_iter().cycle()) {
        browser.look(("light", width)).await;
        find(&browser, &site, page).await;
    }
    assert_eq!(browser.troubles(&site.home).await, [""; 0]);
}

/// Is there a process that was started with `word` in its arguments?
fn runs(word: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    let arguments = processes.filter_map(|process| fs::read(process.join("cmdline")).ok());
    arguments.into_iter().any(|line| String::from_utf8_lossy(&line).contains(word))
}

#[tokio::test]
async fn a_browser_ends_with_its_test_even_if_that_fails() {
    let Some(browser) = Browser::start().await else { return };
    let folder = browser.folder().to_owned();
    assert!(runs(&folder.display().to_string()));
    let failed = thread::spawn(move || {
        let _browser = browser;
        panic!("as tests do that fail");
    });
    assert!(failed.join().is_err());
    assert!(!runs(&folder.display().to_string()), "a browser is left");
    assert!(!folder.exists(), "files are left");
}
