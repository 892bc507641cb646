//! Choosing an app by path alone (`paste.urlmap.URLMap`).

use crate::{
    UrlMapError,
    mount::{Mount, munge_path},
    mounts::{Host, Mounts, is_below},
    not_found::not_found_app,
    path::normalize_url,
};
use async_trait::async_trait;
use nova_paste::{App, Application, Environ, Raised, Request, Response};

/// Paste's own map, `egg:Paste#urlmap`: Nova's [`UrlMap`](crate::UrlMap) stands on its mounts.
#[derive(Default)]
pub struct PasteUrlMap {
    mounts: Mounts<Mount>,
    not_found_application: Option<App>,
}

impl PasteUrlMap {
    /// A map without mounts. What no mount takes goes to `not_found_application`, or to the
    /// plain [`not_found_app`].
    pub fn new(not_found_application: Option<App>) -> Self {
        Self { mounts: Mounts::default(), not_found_application }
    }

    /// Mounts an app, known by `name`, on a [path
    /// expression](crate::path::parse_path_expression) such as `/v2.1`.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the expression.
    pub fn mount(&mut self, expression: &str, name: &str, app: App) -> Result<(), UrlMapError> {
        self.mounts.insert(expression, Mount { name: name.to_owned(), app })
    }

    /// What is mounted, in the order in which a request tries it.
    pub fn mounts(&self) -> &Mounts<Mount> {
        &self.mounts
    }

    /// Answers a request that no mount takes.
    pub(crate) async fn not_found(&self, request: Request) -> Result<Response, Raised> {
        match &self.not_found_application {
            Some(app) => app.call(request).await,
            None => Ok(not_found_app(&request)),
        }
    }
}

#[async_trait]
impl Application for PasteUrlMap {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let environ = Environ::of(&request);
        let (_, path_info) = normalize_url(&environ.path_info, false)?;
        let takes = |(app_url, mount)| is_below(&path_info, app_url).then_some((mount, app_url));
        match self.mounts.at(&Host::of(environ)).find_map(takes) {
            Some(found) => munge_path(found, &path_info).call(request).await,
            None => self.not_found(request).await,
        }
    }
}
