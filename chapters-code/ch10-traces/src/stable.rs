//! Ids that people can read.
//!
//! Ids are random, and a document that shows a run must not change with each run. So [`stable`]
//! renames them in the order in which they first appear: the first request is `req-1`, the first
//! UUID `id-1`. And a UUID fills half a line: [`short_ids`] leaves its beginning.

use std::collections::HashMap;

/// The length of a UUID with its hyphens.
const UUID: usize = 36;

/// `text`, with every random id in it renamed.
pub fn stable(text: &str) -> String {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    rename(text, |prefix, id| {
        let name = names.entry(id.to_owned()).or_insert_with(|| {
            let count = counts.entry(prefix).or_insert(0);
            *count += 1;
            format!("{prefix}-{count}")
        });
        name.clone()
    })
}

/// `text`, with every random id in it cut short.
pub fn short_ids(text: &str) -> String {
    rename(text, |prefix, id| {
        let kept = if prefix == "req" { 12 } else { 8 };
        format!("{}…", &id[..kept])
    })
}

fn rename(text: &str, mut name: impl FnMut(&'static str, &str) -> String) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((prefix, id)) = id_at(rest) {
            renamed.push_str(&name(prefix, id));
            rest = &rest[id.len()..];
        } else {
            renamed.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    renamed
}

/// The id that `text` begins with, and what ids of its kind are called.
fn id_at(text: &str) -> Option<(&'static str, &str)> {
    if let Some(rest) = text.strip_prefix("req-")
        && uuid_at(rest)
    {
        return Some(("req", &text[.."req-".len() + UUID]));
    }
    uuid_at(text).then(|| ("id", &text[..UUID]))
}

fn uuid_at(text: &str) -> bool {
    let hyphens = [8, 13, 18, 23];
    let fits = |(at, byte): (usize, u8)| {
        if hyphens.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    let bytes = text.as_bytes();
    bytes.len() >= UUID && bytes.iter().copied().take(UUID).enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::{short_ids, stable};

    #[test]
    fn ids_are_renamed_by_first_appearance() {
        let a = "0b9d2f4e-7c1a-4a55-9d3e-1f2a3b4c5d6e";
        let b = "1b9d2f4e-7c1a-4a55-9d3e-1f2a3b4c5d6e";
        let text = format!("req-{a} made {b} and {a}, then {b} again: ünïcode");
        assert_eq!(stable(&text), "req-1 made id-1 and id-2, then id-1 again: ünïcode");
        assert_eq!(short_ids(&format!("GET /{a}, req-{b}")), "GET /0b9d2f4e…, req-1b9d2f4e…");
        assert_eq!(stable("no ids, req-not-one, 1234"), "no ids, req-not-one, 1234");
    }
}
