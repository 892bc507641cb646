//! Maps of apps that tell what they see, asked with a limit on the time.

use http::HeaderMap;
use http_body_util::BodyExt;
use nova_paste::{App, Application, Environ, Request, Response, app_fn, body};
use nova_urlmap::PasteUrlMap;
use std::{sync::mpsc, thread, time::Duration};
use tokio::runtime;

/// Who takes longer than this hangs.
const AT_MOST: Duration = Duration::from_secs(5);

/// What `work` gives, unless it panics or hangs.
pub(crate) fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    match result.recv_timeout(AT_MOST) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("not done after {AT_MOST:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("it panicked"),
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
}

/// An app that answers the name of its mount, and what it sees.
fn app(name: &str) -> App {
    let name = name.to_owned();
    app_fn(move |request| {
        let Environ { script_name, path_info, best_content_type, .. } = Environ::of(&request);
        let kind = best_content_type.as_deref().unwrap_or_default();
        let seen = [&name, script_name, path_info, kind].map(String::from).join("\0");
        async { Ok(Response::new(body(seen))) }
    })
}

/// A map of such apps; what no mount takes goes to `lost`.
pub(crate) fn paste_map(mounts: &[String]) -> PasteUrlMap {
    let mut map = PasteUrlMap::new(Some(app("lost")));
    for mount in mounts {
        map.mount(mount, mount, app(mount)).unwrap();
    }
    map
}

/// What the app that `map` chooses sees, as [`app`] tells it; or the class of the error.
pub(crate) fn ask(map: impl Application + 'static, asked: &Asked) -> Result<[String; 4], String> {
    let Asked { host, path, headers } = asked.clone();
    in_time(move || {
        let mut request = Request::new(body(""));
        *request.headers_mut() = headers;
        *Environ::of_mut(&mut request) =
            Environ { url_scheme: "http".into(), host, path_info: path, ..Environ::default() };
        let answer = async {
            let response = map.call(request).await.map_err(|raised| raised.class)?;
            Ok::<_, String>(response.into_body().collect().await.unwrap().to_bytes())
        };
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        let seen = String::from_utf8(runtime.block_on(answer)?.to_vec()).unwrap();
        let seen: Vec<String> = seen.split('\0').map(str::to_owned).collect();
        Ok(seen.try_into().unwrap())
    })
}
