//! URIs: `config:other.ini#name`, `egg:Paste#urlmap`, `call:module:function`.

use crate::Problem;
use percent_encoding::percent_decode_str;

/// Where something is to be looked up, and under which name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Uri<'u> {
    pub(crate) scheme: Scheme,
    /// A path, a distribution, or `module:function`.
    pub(crate) path: &'u str,
    pub(crate) name: &'u str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// In another file.
    Config,
    /// Among what a distribution offers.
    Egg,
    /// Nowhere: it is the function that is named.
    Call,
}

impl<'u> Uri<'u> {
    /// Reads `text`; what has no `#name` means `main`.
    pub(crate) fn parse(text: &'u str) -> Result<Self, Problem> {
        let (uri, name) = text.split_once('#').unwrap_or((text, "main"));
        let no_scheme = || Problem::NoScheme { uri: uri.to_owned() };
        let (scheme, path) = uri.split_once(':').ok_or_else(no_scheme)?;
        let scheme = match scheme.to_lowercase().as_str() {
            "config" => Scheme::Config,
            "egg" => Scheme::Egg,
            "call" => Scheme::Call,
            unknown => return Err(Problem::UnknownScheme { scheme: unknown.to_owned() }),
        };
        Ok(Self { scheme, path, name })
    }
}

/// Is `name` a URI, rather than the name of a section? Letters and a colon make it one.
pub(crate) fn is_uri(name: &str) -> bool {
    name.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

/// The path of the file that `config:PATH` means, asked for from `folder`.
pub(crate) fn config_path(path: &str, folder: Option<&str>) -> Result<String, Problem> {
    let forward = path.replace('\\', "/");
    let whole = match folder {
        _ if path.starts_with('/') => forward,
        Some(folder) => format!("{}/{forward}", folder.replace('\\', "/").trim_end_matches('/')),
        None => return Err(Problem::RelativeUri { path: path.to_owned() }),
    };
    let whole = percent_decode_str(&whole).decode_utf8_lossy().trim().to_owned();
    Ok(if whole.starts_with("///") { whole[2..].to_owned() } else { whole })
}

/// `path` without `.`, `..` and doubled slashes, as Python's `normpath` has it.
pub(crate) fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}

/// The folder of the file at `path`.
pub(crate) fn folder(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Scheme, Uri, config_path, folder, is_uri, normalize};

    #[test]
    fn a_uri_names_main_unless_it_names_something_else() {
        let uri = Uri::parse("EGG:Paste").unwrap();
        assert_eq!(uri, Uri { scheme: Scheme::Egg, path: "Paste", name: "main" });
        assert_eq!(Uri::parse("config:a.ini#b#c").unwrap().name, "b#c");
        assert_eq!(Uri::parse("a.ini"), Err(Problem::NoScheme { uri: "a.ini".into() }));
    }

    #[test]
    fn letters_and_a_colon_make_a_uri_of_a_name() {
        assert!(is_uri("foo:bar"));
        assert!(!is_uri("1:bar") && !is_uri(":bar") && !is_uri("bar") && !is_uri("filter-app:x"));
    }

    #[test]
    fn a_relative_file_needs_a_folder() {
        assert_eq!(config_path("a%20b.ini", Some("/etc")).as_deref(), Ok("/etc/a b.ini"));
        assert_eq!(config_path("sub\\x.ini", Some("/etc/")).as_deref(), Ok("/etc/sub/x.ini"));
        assert_eq!(config_path("///etc/x.ini ", None).as_deref(), Ok("/etc/x.ini"));
        assert_eq!(config_path("x", None), Err(Problem::RelativeUri { path: "x".into() }));
    }

    #[test]
    fn paths_are_normal() {
        let cases =
            [("/a/./b//c", "/a/b/c"), ("/a/../../b", "/b"), ("../a/../b", "../b"), ("/", "/")];
        for (path, normal) in cases {
            assert_eq!(normalize(path), normal);
        }
        assert_eq!((folder("/x"), folder("/a/x"), folder("x")), ("/", "/a", ""));
    }
}
