//! Choosing an app by path, `Content-Type` and `Accept` (`nova.api.openstack.urlmap.URLMap`).

use crate::{
    Accept, UrlMapError,
    header::{Options, parse_options_header},
    mount::{Chosen, Mount, munge_path, set_script_name},
    mounts::{Host, is_below},
    paste::PasteUrlMap,
    path::normalize_url,
};
use async_trait::async_trait;
use http::{HeaderName, header};
use nova_paste::{Application, Environ, Raised, Request, Response, wsgi_encode};

/// The content types that the API can answer in.
const SUPPORTED_CONTENT_TYPES: [&str; 2] =
    ["application/json", "application/vnd.openstack.compute+json"];

/// Sends each request to the app of its version.
///
/// A version is named by the path (`/v2.1/servers`), or by the option `version` of the header
/// `Content-Type`, or by that of the best `Accept`: the first of them that names one that is
/// there counts. On the way the map works out the content type of the answer.
///
/// A mount that ends in `/+` takes only requests that have something behind the slash, so that
/// `/v2.1/` itself can belong to another app (Nova does so since Ussuri).
pub struct UrlMap {
    map: PasteUrlMap,
}

impl UrlMap {
    /// The same mounts, with more ways to find them.
    pub fn new(map: PasteUrlMap) -> Self {
        Self { map }
    }

    /// The app for a request, and the content type of the answer.
    fn choose(&self, request: &Request) -> Result<Option<(Chosen<'_>, String)>, UrlMapError> {
        let environ = Environ::of(request);
        let host = Host::of(environ);
        // ANCHOR: order
        let (_, path_info) = normalize_url(&environ.path_info, false)?;
        let mut supported = SUPPORTED_CONTENT_TYPES.to_vec();

        let (mut mime_type, mut app) = self.path_strategy(&host, &path_info);

        if path_info == "/" || app.as_ref().is_some_and(Chosen::is_index) {
            supported.push("application/atom+xml");
        }
        if app.is_none() {
            app = self.content_type_strategy(&host, request)?;
        }
        if mime_type.is_none() || app.is_none() {
            let (accepted, accepting) = self.accept_strategy(&host, request, &supported)?;
            mime_type = mime_type.or(accepted);
            app = app.or(accepting);
        }
        if app.is_none() {
            // No version was named: what is mounted on `/` may take it.
            app = self.match_(&host, &path_info).map(|found| munge_path(found, &path_info));
        }
        // ANCHOR_END: order
        let mime_type = mime_type.unwrap_or("application/json");
        Ok(app.map(|app| (app, mime_type.to_owned())))
    }

    // ANCHOR: path
    /// The content type that the path ends in, and the app that it begins with.
    fn path_strategy(&self, host: &Host, path_info: &str) -> (Option<&str>, Option<Chosen<'_>>) {
        let suffix = path_info.rsplit_once('.').map(|(_, suffix)| format!("application/{suffix}"));
        let mime_type = SUPPORTED_CONTENT_TYPES.into_iter().find(|t| suffix.as_deref() == Some(t));
        // What is mounted on `/` has to wait until the headers are read.
        let found = self.match_(host, path_info).filter(|(_, app_url)| !app_url.is_empty());
        (mime_type, found.map(|found| munge_path(found, path_info)))
    }
    // ANCHOR_END: path

    /// The app of the version that the `Content-Type` header names.
    fn content_type_strategy(
        &self,
        host: &Host,
        request: &Request,
    ) -> Result<Option<Chosen<'_>>, UrlMapError> {
        let (_, options) = parse_options_header(&header(request, &header::CONTENT_TYPE))?;
        self.version(host, &options)
    }

    /// The supported content type that the `Accept` header likes best, and the app of the
    /// version that is named beside it.
    fn accept_strategy<'s>(
        &self,
        host: &Host,
        request: &Request,
        supported: &[&'s str],
    ) -> Result<(Option<&'s str>, Option<Chosen<'_>>), UrlMapError> {
        let accept = Accept::new(&header(request, &header::ACCEPT))?;
        let (mime_type, options) = accept.best_match(supported)?;
        Ok((mime_type, self.version(host, &options)?))
    }

    // ANCHOR: version
    /// The app mounted on `/v` and the version, if one is named.
    fn version(&self, host: &Host, options: &Options) -> Result<Option<Chosen<'_>>, UrlMapError> {
        match options.get("version") {
            None => Ok(None),
            Some(None) => Err(UrlMapError::VersionWithoutValue),
            Some(Some(version)) => {
                Ok(self.match_(host, &format!("/v{version}")).map(set_script_name))
            }
        }
    }
    // ANCHOR_END: version

    // ANCHOR: match
    /// The first mount that takes `path_info`, and the part of the path that leads to it.
    fn match_(&self, host: &Host, path_info: &str) -> Option<(&Mount, &str)> {
        self.map.mounts().at(host).find_map(|(app_url, mount)| match app_url.strip_suffix("/+") {
            Some(above) => {
                let rest = path_info.strip_prefix(above)?.strip_prefix('/')?;
                (!rest.is_empty()).then_some((mount, above))
            }
            None => is_below(path_info, app_url).then_some((mount, app_url)),
        })
    }
    // ANCHOR_END: match
}

#[async_trait]
impl Application for UrlMap {
    // ANCHOR: call
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        match self.choose(&request)? {
            Some((app, mime_type)) => {
                Environ::of_mut(&mut request).best_content_type = Some(mime_type);
                app.call(request).await
            }
            None => self.map.not_found(request).await,
        }
    }
    // ANCHOR_END: call
}

/// A header's value as WSGI has it; of a header sent twice, both values.
fn header(request: &Request, name: &HeaderName) -> String {
    let values = request.headers().get_all(name).iter();
    values.map(|value| wsgi_encode(value.as_bytes())).collect::<Vec<_>>().join(",")
}
