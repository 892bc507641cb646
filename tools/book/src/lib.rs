//! The book's builder: mdBook as a library, plus the checks mdBook does not make.
//!
//! The pages are mdBook's own: `mdbook build book` gives the same ones. What mdBook lets pass in
//! silence (an include whose anchor is gone, a link that leads nowhere) is a [`Problem`] here.
//!
//! # Layout
//!
//! - [`source`]: the book as it is written: settings, `SUMMARY.md`, pages
//! - [`directive`]: `{{#include path:anchor}}` found in a page, and what it brings
//! - [`markdown`]: the headings, links and fences of a page, each with its line
//! - [`render`]: mdBook, told to leave nothing behind and to delete nothing of yours
//! - [`generated`]: what the book holds that nobody writes by hand: schedules, indexes
//! - [`site`]: the finished files, held in memory
//! - [`html`]: the ids and links of a finished page
//! - [`checks`]: one rule a file, all of the same shape
//! - [`serve`]: the finished files over HTTP, rebuilt when a source changes

pub mod checks;
pub mod directive;
mod error;
pub mod generated;
pub mod html;
pub mod markdown;
mod problem;
pub mod render;
pub mod serve;
pub mod site;
pub mod source;

pub use checks::check;
pub use error::Error;
pub use problem::Problem;
pub use site::Site;
pub use source::{Page, Source};
