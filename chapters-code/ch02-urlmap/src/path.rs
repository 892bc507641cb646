//! The paths that apps are mounted on (`paste.urlmap`).

use crate::UrlMapError;

/// A path, and the domain it holds for; `None` is any domain.
pub type Url = (Option<String>, String);

/// Reads the key of a mount as configuration files have it: `/v2.1`, or
/// `domain api.example.com port 8774 /v2.1`. Gives a URL: `http://api.example.com:8774//v2.1`.
///
/// # Errors
///
/// [`UrlMapError::PathExpression`] if a word is missing, or there twice.
pub fn parse_path_expression(expression: &str) -> Result<String, UrlMapError> {
    let (mut domain, mut port, mut path) = (None, None, None);
    let mut words = expression.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            "domain" => once(&mut domain, "domain", "domain name", words.next())?,
            "port" => once(&mut port, "port", "port number", words.next())?,
            _ => {
                if let Some(first) = path.replace(word) {
                    let twice = format!("more than one path given (have '{first}', got '{word}')");
                    return Err(UrlMapError::PathExpression(twice));
                }
            }
        }
    }
    let path = path.unwrap_or_default();
    let slash = if path.is_empty() { "" } else { "/" };
    match (domain, port) {
        (None, None) => Ok(path.to_owned()),
        (Some(domain), None) => Ok(format!("http://{domain}{slash}{path}")),
        (Some(domain), Some(port)) => Ok(format!("http://{domain}:{port}{slash}{path}")),
        (None, Some(_)) => Err(UrlMapError::PathExpression(
            "If you give a port, you must also give a domain".into(),
        )),
    }
}

/// Puts `word` into `place`, which must be free.
fn once<'w>(
    place: &mut Option<&'w str>,
    name: &str,
    what: &str,
    word: Option<&'w str>,
) -> Result<(), UrlMapError> {
    let refuse = |why: String| Err(UrlMapError::PathExpression(why));
    match word {
        None => refuse(format!("'{name}' must be followed with a {what}")),
        Some(_) if place.is_some() => refuse(format!("'{name}' given twice")),
        Some(word) => {
            *place = Some(word);
            Ok(())
        }
    }
}

/// Takes the domain off a URL, makes one slash of many, and, to `trim`, drops those at the end:
/// `http://foo.com//x/` is `/x` at `foo.com`.
///
/// # Errors
///
/// [`UrlMapError::NotAPath`] if it starts neither with a slash nor with `http://`.
pub fn normalize_url(url: &str, trim: bool) -> Result<Url, UrlMapError> {
    let absolute = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let (domain, path) = match absolute {
        Some(rest) => {
            let (domain, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(domain.to_owned()), path)
        }
        None if url.is_empty() || url.starts_with('/') => (None, url),
        None => return Err(UrlMapError::NotAPath(url.to_owned())),
    };
    let path = single_slashes(path);
    let path = if trim { path.trim_end_matches('/').to_owned() } else { path };
    Ok((domain, path))
}

fn single_slashes(path: &str) -> String {
    let mut before = None;
    path.chars().filter(|c| before.replace(*c) != Some('/') || *c != '/').collect()
}
