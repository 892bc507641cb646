//! Apps that answer with text, filters that put their name around it.

use http_body_util::BodyExt;
use nova_paste::{
    App, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteConfig, PasteError,
    Registry, Request, Response, app_fn, body,
};

type Made<T> = Result<T, PasteError>;

/// What the files of these tests may name.
pub(crate) fn registry() -> Registry {
    Registry::default().install(
        "Demo",
        &[
            EntryPoint::new("paste.app_factory", "app", "demo:app", Factory::App(app)),
            EntryPoint::new("paste.filter_factory", "main", "demo:filter", Factory::Filter(filter)),
            EntryPoint::composite("demo:pipeline", pipeline),
            EntryPoint::composite("demo:map", map),
        ],
    )
}

/// The app `main` of a file with this text.
pub(crate) fn load(text: &str) -> Made<App> {
    Ok(PasteConfig::parse("demo.ini", text)?.loader(&registry()).load_app("main")?.0)
}

/// What an app answers.
pub(crate) async fn answer(app: &App) -> String {
    let response = app.call(Request::new(body(""))).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Answers what its section says, and what the globals say.
fn app(_: &Loader<'_>, global_conf: &GlobalConf, local_conf: &LocalConf) -> Made<App> {
    let says = local_conf.get("says").unwrap_or("app").to_owned();
    let says = says + global_conf.get("mood").map_or("", String::as_str);
    Ok(app_fn(move |_request| {
        let says = says.clone();
        async move { Ok(Response::new(body(says))) }
    }))
}

fn filter(_: &Loader<'_>, _: &GlobalConf, local_conf: &LocalConf) -> Made<Filter> {
    let name = local_conf.get("name").ok_or_else(|| PasteError::key_error("name"))?.to_owned();
    Ok(Box::new(move |app| {
        app_fn(move |_request| {
            let (app, name) = (app.clone(), name.clone());
            async move { Ok(Response::new(body(format!("{name}({})", answer(&app).await)))) }
        })
    }))
}

/// `names = filter ... app`, as Nova's `pipeline_factory` has it.
fn pipeline(loader: &Loader<'_>, _: &GlobalConf, local_conf: &LocalConf) -> Made<App> {
    let names = local_conf.get("names").ok_or_else(|| PasteError::key_error("names"))?;
    let names: Vec<&str> = names.split_whitespace().collect();
    let (last, filters) = names.split_last().ok_or_else(|| PasteError::value_error("no names"))?;
    let filters = filters.iter().map(|name| loader.get_filter(name));
    let filters = filters.collect::<Made<Vec<_>>>()?;
    Ok(filters.into_iter().rev().fold(loader.get_app(last)?, |app, filter| filter(app)))
}

/// One app for each key; the last is the one that answers.
fn map(loader: &Loader<'_>, global_conf: &GlobalConf, local_conf: &LocalConf) -> Made<App> {
    let loader = loader.with_global_conf(global_conf);
    let apps = local_conf.iter().map(|(_, name)| loader.get_app(name));
    apps.collect::<Made<Vec<_>>>()?.pop().ok_or_else(|| PasteError::value_error("nothing to map"))
}
