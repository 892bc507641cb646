//! What holds for every request and every map, tried on those that nobody would send or write.

#[cfg(test)]
mod asking;

use asking::{Asked, ask, in_time, paste_map};
use http::{HeaderMap, HeaderValue, header};
use nova_urlmap::{
    Accept, Mounts, PasteUrlMap, UrlMap,
    header::{parse_list_header, parse_options_header, unquote_header_value},
    path::{normalize_url, parse_path_expression},
};
use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::Config};
use std::collections::BTreeMap;

/// A failure is printed, and not written into a file beside the source.
fn config() -> Config {
    Config { failure_persistence: None, ..Config::default() }
}

/// Text with much in it that means something, in a header or in a path.
fn text() -> impl Strategy<Value = String> {
    let words = select(vec![
        "/",
        "//",
        "/v2",
        "/v2.1",
        "/v2.1/",
        "/+",
        "+",
        ".json",
        ".",
        "servers",
        "http://",
        "https://",
        "api.example.com",
        ":8774",
        "domain ",
        "port ",
        " ",
        "\t",
        ",",
        ";",
        "=",
        "\"",
        "\\",
        "*",
        "*/*",
        "application/json",
        "application/*",
        "q",
        "q=",
        "0.5",
        "nan",
        "1e9",
        "version",
        ";version=2.1",
        "é",
        "\u{ff}",
    ]);
    let word = prop_oneof![6 => words.prop_map(str::to_owned), 1 => any::<String>()];
    vec(word, 0..12).prop_map(|words| words.concat())
}

/// Where an app may be mounted.
fn mount() -> impl Strategy<Value = String> {
    let domain = select(vec!["", "domain api.example.com ", "domain b port 8774 "]);
    let path = vec(select(vec!["/v2", "/v2.1", "/v3", "/servers", "/a", "/+", "/"]), 1..4);
    (domain, path).prop_map(|(domain, path)| format!("{domain}{}", path.concat()))
}

/// Mounts that differ after all slashes are put in order.
fn mounts() -> impl Strategy<Value = Vec<String>> {
    vec(mount(), 0..8).prop_map(|mounts| {
        let url = |mount: &str| normalize_url(&parse_path_expression(mount).ok()?, true).ok();
        let distinct = mounts.into_iter().filter_map(|mount| Some((url(&mount)?, mount)));
        let distinct: BTreeMap<_, _> = distinct.collect();
        distinct.into_values().collect()
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let host = prop_oneof![
        3 => select(vec!["api.example.com", "API.example.com:80", "b:8774", "", ":"])
            .prop_map(str::to_owned),
        1 => text(),
    ];
    let below = (mount(), text()).prop_map(|(mount, rest)| {
        mount.split(' ').next_back().unwrap_or_default().to_owned() + &rest
    });
    let path = prop_oneof![3 => below, 1 => text()];
    (host, path, option::of(text()), vec(text(), 0..3)).prop_map(|(host, path, kind, accepts)| {
        let mut headers = HeaderMap::new();
        let values = kind.into_iter().map(|kind| (header::CONTENT_TYPE, kind));
        for (name, value) in values.chain(accepts.into_iter().map(|a| (header::ACCEPT, a))) {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                headers.append(name, value);
            }
        }
        Asked { host, path, headers }
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_read_to_its_end(text in text()) {
        in_time(move || {
            let _ = (unquote_header_value(&text), parse_list_header(&text));
            let _ = (parse_options_header(&text), parse_path_expression(&text));
            let _ = (normalize_url(&text, true), normalize_url(&text, false));
            let _ = Mounts::default().insert(&text, ());
            let _ = Accept::new(&text).map(|accept| accept.best_match(&["application/json", "", "*"]));
        });
    }

    #[test]
    fn what_is_listed_is_found_again(items in vec("[!#-+./-\\[\\]-~]([ !#-+./-~é]{0,8}[!#-+./-~])?", 0..6)) {
        prop_assert_eq!(parse_list_header(&items.join(" , ")), items.clone());
        let quoted: Vec<_> = items.iter().map(|item| format!("\"{}\"", item.replace('\\', r"\\"))).collect();
        prop_assert_eq!(parse_list_header(&quoted.join(",")), items);
    }

    #[test]
    fn a_comma_in_quotes_and_a_guarded_quote_split_nothing(text in "[a-z][a-z,\"\\\\ ]{0,9}[a-z]") {
        let guarded = text.replace('\\', r"\\").replace('"', "\\\"");
        prop_assert_eq!(parse_list_header(&format!("a,\"{guarded}\",b")), ["a", &text, "b"]);
    }

    #[test]
    fn the_options_that_are_sent_are_read(
        kind in "[a-z]{1,5}/[a-z*]{1,5}",
        options in vec(("[a-z]{1,2}", option::of("[!#-:<-~]{1,6}")), 0..5),
    ) {
        let option = |(key, value): &(String, Option<String>)| match value {
            Some(value) => format!("; {key}={value}"),
            None => format!(";{key}"),
        };
        let text = kind.clone() + &options.iter().map(option).collect::<String>();
        prop_assert_eq!(parse_options_header(&text), Ok((kind, options.into_iter().collect())));
    }

    #[test]
    fn what_is_normal_stays_as_it_is(url in text(), trim in any::<bool>()) {
        if let Ok((domain, path)) = normalize_url(&url, trim) {
            let slashes = path.contains("//") || trim && path.ends_with('/');
            prop_assert!(!slashes, "{}", path);
            prop_assert_eq!(normalize_url(&path, trim), Ok((None, path.clone())));
            if let Some(domain) = domain {
                let again = normalize_url(&format!("http://{domain}{path}"), trim);
                prop_assert_eq!(again, Ok((Some(domain), path)));
            }
        }
    }

    #[test]
    fn the_best_match_is_one_of_those_supported(accept in text()) {
        let supported = ["application/json", "text/html"];
        if let Ok((Some(best), _)) = Accept::new(&accept).and_then(|a| a.best_match(&supported)) {
            prop_assert!(supported.contains(&best));
        }
    }

    #[test]
    fn the_order_in_which_apps_are_mounted_means_nothing(
        (mounts, shuffled) in mounts().prop_flat_map(|m| (Just(m.clone()), Just(m).prop_shuffle())),
        asked in asked(),
    ) {
        let (one, other) = (paste_map(&mounts), paste_map(&shuffled));
        let urls = |map: &PasteUrlMap| map.mounts().iter().map(|m| m.0.clone()).collect::<Vec<_>>();
        prop_assert_eq!(urls(&one), urls(&other));
        prop_assert_eq!(ask(UrlMap::new(one), &asked), ask(UrlMap::new(other), &asked));
        prop_assert_eq!(ask(paste_map(&mounts), &asked), ask(paste_map(&shuffled), &asked));
    }

    #[test]
    fn no_part_of_a_path_is_lost_on_the_way(mounts in mounts(), asked in asked()) {
        let whole = normalize_url(&asked.path, false);
        match ask(UrlMap::new(paste_map(&mounts)), &asked) {
            Ok([_, script_name, path_info, kind]) => {
                let by_path = whole.is_ok_and(|(_, whole)| script_name.clone() + &path_info == whole);
                let by_header = path_info == asked.path;
                prop_assert!(by_path || by_header, "{} {}", script_name, path_info);
                prop_assert!(kind.is_empty() || kind.starts_with("application/"), "{}", kind);
            }
            Err(class) => {
                prop_assert_eq!(class == "AssertionError", whole.is_err());
            }
        }
    }

    #[test]
    fn without_headers_the_longest_path_that_leads_there_is_taken(
        paths in vec("(/[ab]{1,2}){0,3}", 0..6),
        path in "(/[ab]{1,2}){0,4}/?",
    ) {
        let leads = |mount: &&String| {
            path.strip_prefix(mount.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let expected = paths.iter().filter(leads).max_by_key(|mount| mount.len());
        let expected = expected.map_or("lost", String::as_str);
        let asked = Asked { host: String::new(), path: path.clone(), headers: HeaderMap::new() };
        for [seen, ..] in [ask(paste_map(&paths), &asked), ask(UrlMap::new(paste_map(&paths)), &asked)].map(Result::unwrap) {
            prop_assert_eq!(seen, expected);
        }
    }
}
