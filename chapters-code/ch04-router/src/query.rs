//! Query strings and forms (`webob.Request.GET` and `POST`).

use percent_encoding::percent_decode_str;

/// The pairs of `a=1&b=two+words`, decoded. A name without a value has an empty one.
pub fn parse(query: &str) -> Vec<(String, String)> {
    let pairs = query.split(['&', ';']).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn pairs_are_decoded_in_their_order() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = parse("name=a+b&&limit=1;x=%C3%A9%zz&deleted&name==");
        let x = pair("x", "\u{e9}%zz");
        let start = [pair("name", "a b"), pair("limit", "1"), x, pair("deleted", "")];
        assert_eq!(pairs[..4], start);
        assert_eq!(pairs[4], pair("name", "="));
    }
}
