//! A stand-in for `urlmap.py`. Which path leads to which app is chapter 2; here the first app of
//! the section gets every request.

use nova_paste::{App, GlobalConf, Loader, LocalConf, PasteError};

pub(crate) fn urlmap_factory(
    loader: &Loader<'_>,
    global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    let loader = loader.with_global_conf(global_conf);
    let apps = local_conf.iter().map(|(_path, name)| loader.get_app(name));
    let apps = apps.collect::<Result<Vec<_>, _>>()?;
    apps.into_iter().next().ok_or_else(|| PasteError::value_error("nothing is mounted"))
}
