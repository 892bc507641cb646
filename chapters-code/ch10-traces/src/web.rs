//! What a browser needs to show flows: plain HTML, CSS and JavaScript, part of the binary.
//!
//! The player draws a [`Walk`] and steps through it. It stands on the page of a running cloud, in
//! the book, and in a file of its own ([`html`]); it is the same in all three, and asks no network.

use crate::Walk;
use std::fmt::Write;

/// Draws a walk, and steps through it: the class `FlowPlayer`.
pub const PLAYER_JS: &str = include_str!("../web/player.js");
/// How that looks.
pub const PLAYER_CSS: &str = include_str!("../web/player.css");
/// The page of a running cloud, which asks for `flows` and `flows/REQUEST_ID/walk`.
pub const PAGE_HTML: &str = include_str!("../web/page.html");
/// What makes that page live.
pub const PAGE_JS: &str = include_str!("../web/page.js");
/// How it looks.
pub const PAGE_CSS: &str = include_str!("../web/page.css");

/// A page with `walk` and all that it needs, to be kept or sent to somebody.
///
/// # Errors
///
/// The walk cannot be written as JSON.
pub fn html(walk: &Walk) -> Result<String, serde_json::Error> {
    let (title, walk) = (escaped(&walk.title), json(walk)?);
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{PLAYER_CSS}{PAGE_CSS}</style>\n</head>\n<body>\n\
         <script type=\"application/json\" class=\"flow-walk\">{walk}</script>\n\
         <script>\n{PLAYER_JS}</script>\n</body>\n</html>\n"
    ))
}

/// `walk` as JSON that may stand inside a `script`: nothing in it ends that.
///
/// # Errors
///
/// It cannot be written as JSON.
pub fn json(walk: &Walk) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(walk)?.replace('<', "\\u003c"))
}

/// `text` as it may stand in HTML and XML, in attributes too. What XML has no way to say is left
/// out.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '"' | '\'' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            '\u{fffe}' | '\u{ffff}' => {}
            c if c < ' ' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
