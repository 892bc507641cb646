//! The walkthrough's `app_v1.py`.

use nova_paste::{App, GlobalConf, Loader, LocalConf, PasteError, Response, app_fn, body};

pub(crate) fn app_factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    _local_conf: &LocalConf,
) -> Result<App, PasteError> {
    Ok(app_fn(async |_request| Ok(Response::new(body("app v1")))))
}
