//! The walkthrough's `filter_v1.py`.

use http_body_util::BodyExt;
use nova_paste::{
    App, Filter, GlobalConf, Loader, LocalConf, PasteError, Raised, Request, Response, app_fn, body,
};

// ANCHOR: filter_v1
async fn add_str(app: App, request: Request) -> Result<Response, Raised> {
    let response = app.call(request).await?;
    let inner = response.into_body().collect().await;
    let inner = inner.map_err(|error| Raised::new("OSError", error.to_string()))?;
    Ok(Response::new(body([&inner.to_bytes(), "filter v1".as_bytes()].concat())))
}

pub(crate) fn filter_factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    _local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    Ok(Box::new(|app| app_fn(move |request| add_str(app.clone(), request))))
}
// ANCHOR_END: filter_v1
