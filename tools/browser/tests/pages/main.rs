//! The book and the flow page of a running cloud, in a real browser.
//!
//! `MINI_NOVA_CHROMEDRIVER` is the path of a chromedriver (Debian's packages `chromium` and
//! `chromium-driver`). Without it the tests are skipped, except in CI, where a missing browser is a
//! failure. What the pages looked like is in `target/screenshots` afterwards.

#[cfg(test)]
mod book_pages;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod chromedriver;
#[cfg(test)]
mod client;
#[cfg(test)]
mod cloud;
#[cfg(test)]
mod flow_page;
#[cfg(test)]
mod player;
#[cfg(test)]
mod site;
