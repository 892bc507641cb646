//! How long one dispatch takes, with few mounts and with many: `cargo bench -p nova-urlmap`.

use divan::{Bencher, black_box};
use nova_paste::{App, Application, Environ, Request, Response, app_fn, body};
use nova_urlmap::{PasteUrlMap, UrlMap, UrlMapError};
use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

/// What all apps of these maps are.
fn app() -> App {
    app_fn(async |_request| Ok(Response::new(body(""))))
}

fn request() -> Request {
    let mut request = Request::new(body(""));
    *Environ::of_mut(&mut request) = Environ {
        url_scheme: "http".into(),
        host: "127.0.0.1:8774".into(),
        path_info: "/v2.1/servers/detail".into(),
        ..Environ::default()
    };
    request
}

/// Calls `app`; none of these apps ever waits.
fn call(app: &dyn Application, request: Request) -> bool {
    let answer = pin!(app.call(request));
    matches!(answer.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(_)))
}

fn main() {
    divan::main();
}

/// The floor: what a dispatch costs that knows its paths when it is compiled.
#[divan::bench]
fn by_hand(bencher: Bencher<'_, '_>) {
    let [versions, v2, v21] = [app(), app(), app()];
    let choose = |path: &str| match path.split('/').nth(1) {
        Some("v2.1") => (&v21, "/v2.1".len()),
        Some("v2") => (&v2, "/v2".len()),
        _ => (&versions, 0),
    };
    bencher.with_inputs(request).bench_values(|mut request| {
        let environ = Environ::of_mut(black_box(&mut request));
        let (app, led) = choose(&environ.path_info);
        environ.script_name.push_str(&environ.path_info[..led]);
        environ.path_info.drain(..led);
        environ.best_content_type = Some("application/json".into());
        call(app.as_ref(), request)
    });
}

/// Nova's map, where a request tries `mounts` before the right one, or fewer.
#[divan::bench(args = [3, 100])]
fn url_map(bencher: Bencher<'_, '_>, mounts: usize) {
    let map = map_of(mounts).unwrap_or_else(|error| panic!("{error}"));
    bencher.with_inputs(request).bench_values(|request| call(&map, black_box(request)));
}

/// `/`, `/v2.1`, and above them as many longer paths as make up `mounts`.
fn map_of(mounts: usize) -> Result<UrlMap, UrlMapError> {
    let mut map = PasteUrlMap::default();
    for path in ["/", "/v2.1"] {
        map.mount(path, path, app())?;
    }
    for other in 2..mounts {
        map.mount(&format!("/version-{other}"), "other", app())?;
    }
    Ok(UrlMap::new(map))
}
