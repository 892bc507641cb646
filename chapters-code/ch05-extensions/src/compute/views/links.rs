//! Where a resource is found, as its own answers say (`nova/api/openstack/common.py`
//! `ViewBuilder`).

use nova_paste::Environ;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::{Value, json};

/// Makes the links of one request's answer.
pub struct Links {
    application_url: String,
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
        Self { application_url: environ.application_url(), project }
    }

    /// Where the API answers for it: `http://host/v2.1/PROJECT/servers/ID`.
    pub fn self_link(&self, collection: &str, id: &str) -> String {
        format!("{}{}/{collection}/{id}", self.application_url, self.project)
    }

    /// Where it will be found whatever the version: `http://host/PROJECT/servers/ID`.
    pub fn bookmark(&self, collection: &str, id: &str) -> Value {
        let base = without_version(&self.application_url);
        json!({ "rel": "bookmark", "href": format!("{base}{}/{collection}/{id}", self.project) })
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

/// An application's URL up to the version that ends it (`remove_trailing_version_from_href`).
fn without_version(application_url: &str) -> &str {
    match application_url.rsplit_once("/v") {
        Some((base, version)) if version.chars().all(|c| c.is_ascii_digit() || c == '.') => base,
        _ => application_url,
    }
}

/// What a query string carries as it is (`urllib.quote_plus`).
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, &PLAIN)
}
