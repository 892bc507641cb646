//! How versions are shown (`nova/api/openstack/compute/views/versions.py`).

use nova_paste::Environ;
use nova_router::ApiVersions;
use serde_json::{Value, json};

/// One of the two versions of the compute API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    id: &'static str,
    path: &'static str,
    media_type: &'static str,
    status: &'static str,
    updated: &'static str,
    version: String,
    min_version: String,
}

/// `/v2`: what old clients ask for.
pub fn v2() -> Version {
    Version {
        id: "v2.0",
        path: "v2/",
        media_type: "application/vnd.openstack.compute+json;version=2",
        status: "SUPPORTED",
        updated: "2011-01-21T11:33:21Z",
        version: String::new(),
        min_version: String::new(),
    }
}

/// `/v2.1`: with the microversions that are understood here.
pub fn v21(range: ApiVersions) -> Version {
    Version {
        id: "v2.1",
        path: "v2.1/",
        media_type: "application/vnd.openstack.compute+json;version=2.1",
        status: "CURRENT",
        updated: "2013-07-23T11:33:21Z",
        version: range.max.to_string(),
        min_version: range.min.to_string(),
    }
}

impl Version {
    /// Its id: `v2.1`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    fn href(&self, environ: &Environ, rest: &str) -> String {
        format!("{}://{}/{}{rest}", environ.url_scheme, environ.host, self.path)
    }

    /// In the list of versions.
    pub fn in_list(&self, environ: &Environ) -> Value {
        json!({
            "id": self.id,
            "status": self.status,
            "version": self.version,
            "min_version": self.min_version,
            "updated": self.updated,
            "links": [{ "rel": "self", "href": self.href(environ, "") }],
        })
    }

    /// As one of the choices for a request that named no version.
    pub fn as_choice(&self, environ: &Environ) -> Value {
        let path = environ.path_info.trim_start_matches('/');
        json!({
            "id": self.id,
            "status": self.status,
            "links": [{ "rel": "self", "href": self.href(environ, path) }],
            "media-types": self.media_types(),
        })
    }

    /// By itself.
    pub fn show(&self, environ: &Environ) -> Value {
        let mut version = self.in_list(environ);
        let described = json!({
            "rel": "describedby",
            "type": "text/html",
            "href": "http://docs.openstack.org/",
        });
        version["links"] = json!([version["links"][0], described]);
        version["media-types"] = self.media_types();
        json!({ "version": version })
    }

    fn media_types(&self) -> Value {
        json!([{ "base": "application/json", "type": self.media_type }])
    }
}
