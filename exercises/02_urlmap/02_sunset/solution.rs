//! A filter that says where the same is to be had in future.

use async_trait::async_trait;
use http::{HeaderValue, header};
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use nova_pipeline::webob;
use std::sync::Arc;

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::filter("workshop.sunset:Sunset.factory", factory)];

/// The app behind the filter, and what the section has said.
struct Sunset {
    application: App,
    /// Since when it is deprecated.
    deprecation: HeaderValue,
    /// When it will be gone.
    sunset: HeaderValue,
    /// The mount that takes its place: `/v2.1`.
    successor: String,
}

/// Makes the filter of what its section says under `deprecation`, `sunset` and `successor`.
pub fn factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    let get = |key| local_conf.get(key).ok_or_else(|| PasteError::key_error(key));
    let date = |key| {
        let text = get(key)?;
        let no_header = |_| PasteError::value_error(format!("no header can say {text:?}"));
        HeaderValue::try_from(text).map_err(no_header)
    };
    let (deprecation, sunset) = (date("deprecation")?, date("sunset")?);
    let successor = get("successor")?.to_owned();
    Ok(Box::new(|application| Arc::new(Sunset { application, deprecation, sunset, successor })))
}

#[async_trait]
impl Application for Sunset {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        // SOLUTION
        // ANCHOR: solution
        let mut environ = Environ::of(&request).clone();
        environ.script_name.clone_from(&self.successor);
        let link = format!("<{}>; rel=\"successor-version\"", webob::url(&environ));

        let mut answer = self.application.call(request).await?;
        let headers = answer.headers_mut();
        headers.insert("deprecation", self.deprecation.clone());
        headers.insert("sunset", self.sunset.clone());
        if let Ok(link) = HeaderValue::try_from(link) {
            headers.append(header::LINK, link);
        }
        Ok(answer)
        // ANCHOR_END: solution
        // STARTER
        // let mut answer = self.application.call(request).await?;
        // answer.headers_mut().insert("sunset", self.sunset.clone());
        // // Deprecated since when? And where is the same to be had in future?
        // Ok(answer)
        // END
    }
}
