//! A composite section becomes an app behind its filters (`nova.api.auth.pipeline_factory`).

use nova_paste::{App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError};

/// Which of a section's pipelines is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `[api] auth_strategy`: `keystone`, or `noauth2` for testing.
    pub auth_strategy: String,
    /// `[DEFAULT] api_rate_limit`: may a pipeline limit the rate of requests? Only the
    /// [`pipeline_factory`] of the old v2 asks.
    pub api_rate_limit: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { auth_strategy: "keystone".into(), api_rate_limit: false }
    }
}

/// The factory of the v2.1 sections.
pub const ENTRY_POINT_V21: EntryPoint<Factory> =
    EntryPoint::composite("nova.api.auth:pipeline_factory_v21", pipeline_factory_v21);

/// The factory of the sections before v2.1.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::composite("nova.api.auth:pipeline_factory", pipeline_factory);

/// Loads the pipeline that the section has for the `auth_strategy`.
///
/// # Errors
///
/// Names the strategies there are if that one is not among them; or says what is wrong with a
/// filter or the app.
pub fn pipeline_factory_v21(
    loader: &Loader<'_>,
    _: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    let options: Options = loader.plugs().get_or_default();
    load_pipeline(loader, pipeline(local_conf, &options.auth_strategy)?)
}

/// The same, but without rate limits the pipeline `<auth_strategy>_nolimit` is meant, if there is
/// one.
///
/// # Errors
///
/// As [`pipeline_factory_v21`].
pub fn pipeline_factory(
    loader: &Loader<'_>,
    _: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    let options: Options = loader.plugs().get_or_default();
    let limited = pipeline(local_conf, &options.auth_strategy)?;
    let unlimited = local_conf.get(&format!("{}_nolimit", options.auth_strategy));
    let names = if options.api_rate_limit { limited } else { unlimited.unwrap_or(limited) };
    load_pipeline(loader, names)
}

fn pipeline<'c>(local_conf: &'c LocalConf, strategy: &str) -> Result<&'c str, PasteError> {
    local_conf.get(strategy).ok_or_else(|| {
        let known: Vec<&str> = local_conf.iter().map(|(key, _)| key).collect();
        let known = known.join(", ");
        PasteError::raised(
            "KeyError",
            format!("no pipeline for auth_strategy = {strategy}; there are: {known}"),
        )
    })
}

// ANCHOR: load
/// Puts the filters around the app: the last name is the app's, the first the outermost filter's.
fn load_pipeline(loader: &Loader<'_>, names: &str) -> Result<App, PasteError> {
    let names: Vec<&str> = names.split_ascii_whitespace().collect();
    let Some((app, filters)) = names.split_last() else {
        return Err(PasteError::raised("IndexError", "a pipeline of nothing"));
    };
    let filters: Vec<_> =
        filters.iter().map(|name| loader.get_filter(name)).collect::<Result<_, _>>()?;
    let app = loader.get_app(app)?;
    Ok(filters.into_iter().rev().fold(app, |app, filter| filter(app)))
}
// ANCHOR_END: load
