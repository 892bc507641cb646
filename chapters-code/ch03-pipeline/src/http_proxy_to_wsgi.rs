//! Believes a proxy in front of the API (`oslo_middleware.http_proxy_to_wsgi`).

use async_trait::async_trait;
use http::HeaderMap;
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use std::{net::IpAddr, sync::Arc};

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory", factory);

/// Is there a proxy?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `[oslo_middleware] enable_proxy_headers_parsing`: every request comes through a proxy that
    /// writes these headers itself. Without one, any client could.
    pub enable_proxy_headers_parsing: bool,
}

/// Puts what the proxy saw (scheme, host, client, and the path it cut off) where the app looks
/// for it, so that links in answers lead through the proxy again.
///
/// `Forwarded` (RFC 7239) goes before the older `X-Forwarded-Proto`, `-Host` and `-For`. Of
/// several proxies, the first one's word counts.
pub struct HttpProxyToWsgi {
    application: App,
    options: Options,
}

/// Makes the filter.
///
/// # Errors
///
/// None.
pub fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    let options = loader.plugs().get_or_default();
    Ok(Box::new(move |app| Arc::new(HttpProxyToWsgi::new(app, options))))
}

impl HttpProxyToWsgi {
    /// The filter around `application`.
    pub fn new(application: App, options: Options) -> Self {
        Self { application, options }
    }
}

#[async_trait]
impl Application for HttpProxyToWsgi {
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        if self.options.enable_proxy_headers_parsing {
            let seen = Seen::of(request.headers());
            let environ = Environ::of_mut(&mut request);
            environ.url_scheme = seen.proto.unwrap_or_else(|| environ.url_scheme.clone());
            environ.host = seen.host.unwrap_or_else(|| environ.host.clone());
            environ.remote_addr = seen.client.or(environ.remote_addr);
            environ.script_name.insert_str(0, &seen.prefix.unwrap_or_default());
        }
        self.application.call(request).await
    }
}

/// What the proxy saw, as far as it says so.
struct Seen {
    proto: Option<String>,
    host: Option<String>,
    client: Option<IpAddr>,
    prefix: Option<String>,
}

impl Seen {
    fn of(headers: &HeaderMap) -> Self {
        let header = |name: &str| {
            let text = headers.get(name)?.to_str().ok()?;
            Some(text.to_owned()).filter(|text| !text.is_empty())
        };
        let prefix = header("x-forwarded-prefix");
        if let Some(forwarded) = header("forwarded") {
            let said = |key: &str| element(&forwarded, key);
            let client = said("for").as_deref().and_then(address);
            return Self { proto: said("proto"), host: said("host"), client, prefix };
        }
        let client = header("x-forwarded-for").as_deref().and_then(address);
        let (proto, host) = (header("x-forwarded-proto"), header("x-forwarded-host"));
        Self { proto, host, client, prefix }
    }
}

/// What the first proxy of `for=192.0.2.60;proto=https, for=...` says of `key`.
fn element(forwarded: &str, key: &str) -> Option<String> {
    let mut pairs = forwarded.split(',').next()?.split(';').filter_map(|it| it.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(key))?;
    Some(value.trim().trim_matches('"').to_owned()).filter(|value| !value.is_empty())
}

/// The address in `192.0.2.60`, `192.0.2.60:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let first = text.split(',').next()?.trim();
    let bare = first.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let host = || first.rsplit_once(':').map_or(first, |(host, _)| host).parse();
    bare.unwrap_or(first).parse().or_else(|_| host()).ok()
}
