//! What is mounted where, in the order in which a request tries it (`paste.urlmap.URLMap`).

use crate::{
    UrlMapError,
    path::{Url, normalize_url, parse_path_expression},
};
use nova_paste::Environ;
use std::cmp::Reverse;

/// Things mounted on paths: apps in a URL map.
///
/// Those mounted on a domain come first, and of those on the same domain the longest path. All
/// text is as WSGI has it: one `char` a byte.
#[derive(Clone, Debug)]
pub struct Mounts<T> {
    sorted: Vec<(Url, T)>,
}

impl<T> Default for Mounts<T> {
    fn default() -> Self {
        Self { sorted: Vec::new() }
    }
}

impl<T> Mounts<T> {
    /// Mounts `what` on a [path expression](parse_path_expression), in place of what was there.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the expression.
    pub fn insert(&mut self, expression: &str, what: T) -> Result<(), UrlMapError> {
        let url = normalize_url(&parse_path_expression(expression)?, true)?;
        self.sorted.retain(|(there, _)| *there != url);
        self.sorted.push((url, what));
        self.sorted.sort_by_cached_key(|(url, _)| sort_key(url));
        Ok(())
    }

    /// Domain, path, and what is mounted there, in the order in which a request tries them.
    pub fn iter(&self) -> impl Iterator<Item = (&Url, &T)> {
        self.sorted.iter().map(|(url, what)| (url, what))
    }

    /// The paths that hold for requests to `host`, and what is mounted there, in order.
    pub(crate) fn at(&self, host: &Host) -> impl Iterator<Item = (&str, &T)> {
        let here = |url: &Url| url.0.as_deref().is_none_or(|domain| host.is(domain));
        self.sorted.iter().filter(move |(url, _)| here(url)).map(|(url, it)| (url.1.as_str(), it))
    }
}

// ANCHOR: longest
/// Domains in alphabetical order and then none, as `\xff` is the last byte there is; the longest
/// path first; the rest as tuples compare.
fn sort_key(url: &Url) -> (String, Reverse<usize>, Url) {
    let domain = url.0.clone().filter(|domain| !domain.is_empty());
    (domain.unwrap_or("\u{ff}".into()), Reverse(url.1.chars().count()), url.clone())
}

/// Does `path` lead to or below `mount`? `/v2.1` is not below `/v2`.
pub(crate) fn is_below(path: &str, mount: &str) -> bool {
    path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
// ANCHOR_END: longest

/// Where a request is sent: what mounts on domains are compared to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    name: String,
    port: String,
}

impl Host {
    /// The host and port that the client named, or the port that goes with the scheme.
    pub(crate) fn of(environ: &Environ) -> Self {
        let host = environ.host.to_ascii_lowercase();
        let (name, port) = match host.split_once(':') {
            Some((name, port)) => (name, port),
            None if environ.url_scheme == "http" => (host.as_str(), "80"),
            None => (host.as_str(), "443"),
        };
        Self { name: name.to_owned(), port: port.to_owned() }
    }

    fn is(&self, domain: &str) -> bool {
        let with_port = || domain.strip_prefix(&self.name)?.strip_prefix(':');
        domain.is_empty() || domain == self.name || with_port() == Some(&self.port)
    }
}
