//! An app on its mount, and how it sees the path (`_munge_path`, `_set_script_name`).

use crate::factory::ENTRY_POINT;
use nova_objects::{hop, hop::Kind};
use nova_paste::{App, Environ, Raised, Request, Response};
use tracing::Instrument;

/// An app, and the name it goes by: that of its section in the file.
#[derive(Clone)]
pub struct Mount {
    /// The section: `openstack_compute_api_v21`.
    pub name: String,
    /// The app.
    pub app: App,
}

/// The mount chosen for a request, and what its app is to see.
pub(crate) struct Chosen<'m> {
    mount: &'m Mount,
    /// What goes to the end of `SCRIPT_NAME`.
    app_url: &'m str,
    /// The new `PATH_INFO`, if there is to be one.
    path_info: Option<String>,
}

// ANCHOR: munge
/// The path led to the app: the part that did moves from `PATH_INFO` to `SCRIPT_NAME`.
pub(crate) fn munge_path<'m>(
    (mount, app_url): (&'m Mount, &'m str),
    path_info: &str,
) -> Chosen<'m> {
    let rest = path_info.strip_prefix(app_url).unwrap_or(path_info);
    Chosen { mount, app_url, path_info: Some(rest.to_owned()) }
}

/// A header led to the app: it sees the whole path, and `SCRIPT_NAME` as if the path had named
/// the version.
pub(crate) fn set_script_name<'m>((mount, app_url): (&'m Mount, &'m str)) -> Chosen<'m> {
    Chosen { mount, app_url, path_info: None }
}
// ANCHOR_END: munge

impl Chosen<'_> {
    /// Is it asked for what stands right below its mount?
    pub(crate) fn is_index(&self) -> bool {
        self.path_info.as_deref() == Some("/")
    }

    /// Hands the request on.
    pub(crate) async fn call(self, mut request: Request) -> Result<Response, Raised> {
        let environ = Environ::of_mut(&mut request);
        environ.script_name.push_str(self.app_url);
        if let Some(path_info) = self.path_info {
            environ.path_info = path_info;
        }
        let url = if self.app_url.is_empty() { "/" } else { self.app_url };
        let answer = async {
            hop::outcome(format_args!("{url} → {}", self.mount.name));
            self.mount.app.call(request).await
        };
        answer.instrument(hop!(Kind::UrlMap, "urlmap", at = ENTRY_POINT.location)).await
    }
}
