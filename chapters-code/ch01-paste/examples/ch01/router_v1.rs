//! The walkthrough's `router_v1.py`.

use nova_paste::{App, Filter, GlobalConf, Loader, LocalConf, PasteError};

// ANCHOR: router_v1
fn load_pipeline(loader: &Loader<'_>, pipeline: &[&str]) -> Result<App, PasteError> {
    let nothing = || PasteError::value_error("the pipeline is empty");
    let (last, filters) = pipeline.split_last().ok_or_else(nothing)?;
    let filters = filters.iter().map(|name| loader.get_filter(name));
    let filters: Vec<Filter> = filters.collect::<Result<_, _>>()?;
    let app = loader.get_app(last)?;
    Ok(filters.into_iter().rev().fold(app, |app, filter| filter(app)))
}

pub(crate) fn app_factory(
    loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    let pipeline = local_conf.get("r1").ok_or_else(|| PasteError::key_error("r1"))?;
    load_pipeline(loader, &pipeline.split_whitespace().collect::<Vec<_>>())
}
// ANCHOR_END: router_v1
