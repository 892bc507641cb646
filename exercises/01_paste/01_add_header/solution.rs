//! A filter that adds a header to each answer.

use async_trait::async_trait;
use http::{HeaderName, HeaderValue};
use nova_paste::{
    App, Application, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteError,
    Raised, Request, Response,
};
use std::sync::Arc;

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::filter("workshop.add_header:AddHeader.factory", factory)];

/// The app behind the filter, and what the section has said.
struct AddHeader {
    application: App,
    name: HeaderName,
    value: HeaderValue,
}

/// Makes the filter of what its section says under `name` and `value`.
pub fn factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    // SOLUTION
    // ANCHOR: solution
    let name = local_conf.get("name").ok_or_else(|| PasteError::key_error("name"))?;
    let value = local_conf.get("value").ok_or_else(|| PasteError::key_error("value"))?;
    let no_header = |what, text| PasteError::value_error(format!("no header's {what}: {text:?}"));
    let name = HeaderName::try_from(name).map_err(|_| no_header("name", name))?;
    let value = HeaderValue::try_from(value).map_err(|_| no_header("value", value))?;
    Ok(Box::new(|application| Arc::new(AddHeader { application, name, value })))
    // ANCHOR_END: solution
    // STARTER
    // // What does the section say? So far this does not look, and lets everything through.
    // Ok(Box::new(|application| application))
    // END
}

#[async_trait]
impl Application for AddHeader {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        // SOLUTION
        let mut answer = self.application.call(request).await?;
        answer.headers_mut().entry(self.name.clone()).or_insert_with(|| self.value.clone());
        Ok(answer)
        // STARTER
        // self.application.call(request).await
        // END
    }
}
