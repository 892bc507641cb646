//! The book and the flow page of a running cloud, in a real browser.
//!
//! `MINI_NOVA_CHROMEDRIVER` is the path of a chromedriver (Debian's packages `chromium` and
//! `chromium-driver`). Without it the tests are skipped, except in CI, where a missing browser is a
//! failure. What the pages looked like is in `target/screenshots` afterwards.

#![cfg(test)]

mod book_pages;
mod browser;
mod chromedriver;
mod client;
mod cloud;
mod flow_page;
mod player;
mod site;
mod slides;
