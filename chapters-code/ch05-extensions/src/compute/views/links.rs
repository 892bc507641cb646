//! Where a resource is found, as its own answers say (`nova/api/openstack/common.py`
//! `ViewBuilder`).

use nova_paste::Environ;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::{Value, json};

/// Makes the links of one request's answer.
pub struct Links {
    application_url: String,
    bookmark_url: String,
    project: String,
}

impl Links {
    /// Links as the request in `environ` would see them.
    ///
    /// They carry the project only if the request's own URL does.
    pub fn of(environ: &Environ) -> Self {
        let project_id = environ.context.as_ref().and_then(|c| c.project_id.as_deref());
        let first = environ.path_info.split('/').nth(1).filter(|segment| !segment.is_empty());
        let named = first.filter(|first| project_id == Some(*first));
        let project = named.map(|id| format!("/{id}")).unwrap_or_default();
        let above = without_version(&environ.script_name);
        let bookmark_url = format!("{}://{}{above}", environ.url_scheme, environ.host);
        Self { application_url: environ.application_url(), bookmark_url, project }
    }

    /// Where the API answers for it: `http://host/v2.1/PROJECT/servers/ID`.
    pub fn self_link(&self, collection: &str, id: &str) -> String {
        format!("{}{}/{collection}/{id}", self.application_url, self.project)
    }

    /// Where it will be found whatever the version: `http://host/PROJECT/servers/ID`.
    pub fn bookmark(&self, collection: &str, id: &str) -> Value {
        let href = format!("{}{}/{collection}/{id}", self.bookmark_url, self.project);
        json!({ "rel": "bookmark", "href": href })
    }

    /// Both.
    pub fn pair(&self, collection: &str, id: &str) -> Value {
        let own = json!({ "rel": "self", "href": self.self_link(collection, id) });
        json!([own, self.bookmark(collection, id)])
    }

    /// Where the list goes on behind the item `marker`.
    pub fn next(&self, collection: &str, query: &[(String, String)], marker: &str) -> Value {
        let kept = query.iter().filter(|(name, _)| name != "marker");
        let pairs = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<String> = pairs
            .chain([("marker", marker)])
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let href =
            format!("{}{}/{collection}?{}", self.application_url, self.project, pairs.join("&"));
        json!([{ "rel": "next", "href": href }])
    }
}

/// Where an application is mounted, up to the version that ends it
/// (`remove_trailing_version_from_href`).
fn without_version(script_name: &str) -> &str {
    let is_version = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    match script_name.rsplit_once("/v") {
        Some((above, version)) if is_version(version) => above,
        _ => script_name,
    }
}

/// What a query string carries as it is (`urllib.quote_plus`).
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, &PLAIN)
}

#[cfg(test)]
mod tests {
    use super::without_version;

    #[test]
    fn only_a_version_at_the_end_is_taken_away() {
        for (script_name, above) in [
            ("/v2.1", ""),
            ("/compute/v2", "/compute"),
            ("/v1/compute/v2.1", "/v1/compute"),
            ("/v1/compute", "/v1/compute"),
            ("/vms", "/vms"),
            ("/v", "/v"),
            ("", ""),
        ] {
            assert_eq!(without_version(script_name), above, "{script_name}");
        }
    }
}
