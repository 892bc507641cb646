//! Where a resource is found, as its own answers say (`nova/api/openstack/common.py`
//! `ViewBuilder`).

use nova_paste::Environ;
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
        let named = |id: &&str| !id.is_empty() && environ.path_info.contains(id);
        let project = project_id.filter(named).map(|id| format!("/{id}")).unwrap_or_default();
        Self { application_url: environ.application_url(), project }
    }

    /// Where the API answers for it: `http://host/v2.1/PROJECT/servers/ID`.
    pub fn self_link(&self, collection: &str, id: &str) -> String {
        format!("{}{}/{collection}/{id}", self.application_url, self.project)
    }

    /// Where it will be found whatever the version: `http://host/PROJECT/servers/ID`.
    pub fn bookmark(&self, collection: &str, id: &str) -> Value {
        let version = self.application_url.rfind("/v").unwrap_or(self.application_url.len());
        let base = &self.application_url[..version];
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

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
