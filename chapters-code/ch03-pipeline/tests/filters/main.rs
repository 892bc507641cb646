//! The filters, one by one: what goes in, what comes out.

#[cfg(test)]
mod authtoken;
#[cfg(test)]
mod keystonecontext;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod request_log;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::BodyExt;
use nova_paste::{App, Application, Environ, Raised, Request, Response, app_fn, body};
use nova_pipeline::{
    compute_req_id::ComputeReqIdMiddleware,
    context,
    cors::{self, Cors},
    faultwrap::FaultWrapper,
    noauth2::NoAuthMiddleware,
    osprofiler::WsgiMiddleware,
    sizelimit::{self, RequestBodySizeLimiter},
};
use std::{
    error::Error,
    sync::{Arc, Mutex},
};

type Failure = Box<dyn Error + Send + Sync>;

fn request(method: &Method, headers: &[(&str, &str)]) -> Result<Request, Failure> {
    let mut request = Request::new(body(""));
    *request.method_mut() = method.clone();
    for (name, value) in headers {
        let value = HeaderValue::from_bytes(value.as_bytes())?;
        request.headers_mut().append(HeaderName::try_from(*name)?, value);
    }
    Ok(request)
}

fn get(headers: &[(&str, &str)]) -> Result<Request, Failure> {
    request(&Method::GET, headers)
}

/// An app that answers `status` and `headers`.
fn answering(status: u16, headers: &'static [(&str, &str)]) -> App {
    app_fn(move |_| {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let response = response.body(body("inside"));
        async { response.map_err(|error| Raised::new("HTTPError", error.to_string())) }
    })
}

/// What an app was last shown.
type LastSeen = Arc<Mutex<Option<Environ>>>;

/// An app that remembers the environ of its last request.
fn remembering() -> (App, LastSeen) {
    let seen = LastSeen::default();
    let last = Arc::clone(&seen);
    let app = app_fn(move |request| {
        if let Ok(mut last) = last.lock() {
            *last = Some(Environ::of(&request).clone());
        }
        async { Ok(Response::new(body(""))) }
    });
    (app, seen)
}

fn environ(seen: &LastSeen) -> Environ {
    seen.lock().ok().and_then(|seen| seen.clone()).unwrap_or_default()
}

async fn text(response: Response) -> Result<String, Failure> {
    Ok(String::from_utf8(response.into_body().collect().await?.to_bytes().to_vec())?)
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[tokio::test]
async fn a_request_id_is_always_new_and_told_in_both_headers() {
    let (app, seen) = remembering();
    let filter = ComputeReqIdMiddleware::new(app);
    let sent = "req-0c4dd2f6-3d12-4d0c-9d5e-0f5a9d7e6c11";
    let response = filter.call(get(&[("x-openstack-request-id", sent)]).unwrap()).await.unwrap();
    let environ = environ(&seen);
    let id = environ.request_id.unwrap();
    assert_ne!(id, sent);
    assert_eq!(environ.global_request_id.as_deref(), Some(sent));
    for name in ["x-openstack-request-id", "x-compute-request-id"] {
        assert_eq!(header(response.headers(), name), Some(id.as_str()));
    }
}

#[tokio::test]
async fn what_does_not_look_like_a_request_id_is_not_kept() {
    let (app, seen) = remembering();
    let filter = ComputeReqIdMiddleware::new(app);
    for id in [
        "",
        "req-",
        "0c4dd2f6-3d12-4d0c-9d5e-0f5a9d7e6c11",
        "req-0C4DD2F6-3D12-4D0C-9D5E-0F5A9D7E6C11",
        "req-0c4dd2f63d124d0c9d5e0f5a9d7e6c11",
        "req-{0c4dd2f6-3d12-4d0c-9d5e-0f5a9d7e6c11}",
        "req-0c4dd2f6-3d12-4d0c-9d5e-0f5a9d7e6c11 or so",
    ] {
        filter.call(get(&[("x-openstack-request-id", id)]).unwrap()).await.unwrap();
        assert_eq!(environ(&seen).global_request_id, None, "{id}");
    }
}

#[tokio::test]
async fn an_id_that_the_app_tells_itself_stays() {
    let app = answering(200, &[("x-compute-request-id", "req-own")]);
    let response = ComputeReqIdMiddleware::new(app).call(get(&[]).unwrap()).await.unwrap();
    assert_eq!(header(response.headers(), "x-compute-request-id"), Some("req-own"));
}

#[tokio::test]
async fn a_trace_is_taken_over_if_it_is_one_and_started_if_not() {
    let (app, seen) = remembering();
    let filter = ComputeReqIdMiddleware::new(Arc::new(WsgiMiddleware::new(app)));
    let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    filter.call(get(&[("traceparent", sent)]).unwrap()).await.unwrap();
    assert_eq!(environ(&seen).traceparent.unwrap().to_string(), sent);
    for headers in [&[][..], &[("traceparent", "00-0-0-01")], &[("traceparent", "é")]] {
        filter.call(get(headers).unwrap()).await.unwrap();
        let Environ { request_id, traceparent, .. } = environ(&seen);
        let own = request_id.unwrap().trim_start_matches("req-").replace('-', "");
        assert_eq!(format!("{:032x}", traceparent.unwrap().trace_id), own);
    }
}

#[tokio::test]
async fn the_context_has_the_ids_of_its_request() {
    let (app, seen) = remembering();
    let auth = Arc::new(NoAuthMiddleware::new(app, context::Options::default()));
    let filter = ComputeReqIdMiddleware::new(Arc::new(WsgiMiddleware::new(auth)));
    let sent = "req-0c4dd2f6-3d12-4d0c-9d5e-0f5a9d7e6c11";
    let headers = [("x-auth-token", "jörg:p"), ("x-openstack-request-id", sent)];
    filter.call(get(&headers).unwrap()).await.unwrap();
    let environ = environ(&seen);
    let context = environ.context.unwrap();
    assert_eq!(Some(context.request_id), environ.request_id);
    assert_eq!(context.global_request_id.as_deref(), Some(sent));
    assert_eq!(context.traceparent, environ.traceparent);
    assert_eq!(context.user_id.as_deref(), Some("jörg"));
}

#[tokio::test]
async fn a_forwarded_address_counts_only_behind_a_proxy() {
    for (use_forwarded_for, address) in [(false, "127.0.0.1"), (true, "192.0.2.7")] {
        let (app, seen) = remembering();
        let filter = NoAuthMiddleware::new(app, context::Options { use_forwarded_for });
        let headers = [("x-auth-token", "u"), ("x-forwarded-for", "192.0.2.7")];
        filter.call(get(&headers).unwrap()).await.unwrap();
        assert_eq!(environ(&seen).context.unwrap().remote_address.as_deref(), Some(address));
    }
}

#[tokio::test]
async fn a_fault_keeps_secrets_unless_they_are_safe() {
    let mut raised = Raised::new("QuotaError", "Quota exceeded: nova:secret@db");
    raised.code = Some(413);
    raised.headers.insert("retry-after", 7.into());
    for (safe, message) in [
        (false, "The body of your request was too large for this server."),
        (true, "QuotaError: Quota exceeded: nova:secret@db"),
    ] {
        let raised = Raised { safe, ..raised.clone() };
        let app = app_fn(move |_| std::future::ready(Err(raised.clone())));
        let response = FaultWrapper::new(app).call(get(&[]).unwrap()).await.unwrap();
        let fault = format!(r#"{{"code": 413, "message": "{message}", "retryAfter": "7"}}"#);
        let expected = format!(r#"{{"overLimit": {fault}}}"#);
        assert_eq!(text(response).await.unwrap(), expected);
    }
}

#[tokio::test]
#[should_panic(expected = "nobody expected this")]
async fn a_panic_is_not_swallowed() {
    let app = app_fn(async |_| panic!("nobody expected this"));
    let _ = FaultWrapper::new(app).call(get(&[]).unwrap()).await;
}

/// Reads its body, but tells of no error.
fn careless() -> App {
    app_fn(async |request: Request| {
        let read = request.into_body().collect().await.is_ok();
        Ok(Response::new(body(if read { "read" } else { "broken" })))
    })
}

#[tokio::test]
async fn a_body_of_unknown_length_ends_at_the_limit_whatever_the_app_makes_of_it() {
    let options = sizelimit::Options { max_request_body_size: 10 };
    let filter = Arc::new(RequestBodySizeLimiter::new(careless(), &options));
    // Many at a time: one that is too large does not spoil the others.
    let sent = (0..100usize).map(|length| {
        let filter = Arc::clone(&filter);
        tokio::spawn(async move {
            let answer = filter.call(Request::new(body(vec![0; length % 20]))).await;
            (length % 20, answer.map(|response| response.status().as_u16()))
        })
    });
    for answer in sent.collect::<Vec<_>>() {
        let (length, status) = answer.await.unwrap();
        assert_eq!(status, Ok(if length > 10 { 413 } else { 200 }), "{length} bytes");
    }
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_refused_by_its_length_only() {
    let options = sizelimit::Options { max_request_body_size: 10 };
    let filter = RequestBodySizeLimiter::new(answering(202, &[]), &options);
    for (length, status) in [("10", 202), ("11", 413), ("-1", 202), ("ten", 202), ("", 202)] {
        let request = get(&[("content-length", length)]).unwrap();
        assert_eq!(filter.call(request).await.unwrap().status(), status, "{length:?}");
    }
}

const PAGE: (&str, &str) = ("origin", "https://page.example");

fn cors(allowed_origin: &str, app: App) -> Cors {
    Cors::new(
        app,
        cors::Options { allowed_origin: vec![allowed_origin.into()], ..Default::default() },
    )
}

#[tokio::test]
async fn a_preflight_names_the_one_method_and_the_headers_asked_for() {
    let filter = cors("https://page.example", answering(404, &[]));
    let headers = [
        PAGE,
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "x-auth-token, Content-Type,"),
    ];
    let response = filter.call(request(&Method::OPTIONS, &headers).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    for (name, value) in [
        ("access-control-allow-origin", "https://page.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-max-age", "3600"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "x-auth-token,Content-Type"),
        ("vary", "Origin"),
    ] {
        assert_eq!(header(response.headers(), name), Some(value), "{name}");
    }
    assert_eq!(text(response).await.unwrap(), "");
}

#[tokio::test]
async fn a_preflight_that_asks_too_much_gets_an_empty_200() {
    let method = ("access-control-request-method", "GET");
    for headers in [
        &[][..],
        &[method],
        &[PAGE],
        &[("origin", "https://other.example"), method],
        &[PAGE, ("access-control-request-method", "TRACE")],
        &[PAGE, ("access-control-request-method", "get")],
        &[PAGE, method, ("access-control-request-headers", "x-auth-token, x-other")],
        &[PAGE, method, ("access-control-request-headers", "é")],
    ] {
        let filter = cors("https://page.example", answering(404, &[]));
        let response = filter.call(request(&Method::OPTIONS, headers).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200, "{headers:?}");
        let origin = response.headers().get("access-control-allow-origin");
        assert_eq!(origin, None, "{headers:?}");
    }
}

#[tokio::test]
async fn an_answer_names_the_origin_that_may_read_it() {
    let cases = [
        ("https://page.example", PAGE, Some("https://page.example")),
        ("*", PAGE, Some("*")),
        ("https://page.example", ("origin", "https://page.example.org"), None),
        ("https://page.example", ("x-origin", "https://page.example"), None),
    ];
    for (allowed, sent, named) in cases {
        let filter = cors(allowed, answering(404, &[("vary", "Accept"), ("vary", "Cookie")]));
        let response = filter.call(get(&[sent]).unwrap()).await.unwrap();
        let headers = response.headers();
        assert_eq!(header(headers, "access-control-allow-origin"), named, "{allowed} {sent:?}");
        let vary = if named.is_some() { "Accept,Cookie,Origin" } else { "Accept" };
        assert_eq!(header(headers, "vary"), Some(vary));
        assert_eq!(response.status(), 404);
    }
}

#[tokio::test]
async fn an_answer_that_speaks_of_origins_stays_as_it_is() {
    let app = answering(403, &[("access-control-allow-origin", "https://own.example")]);
    let filter = cors("https://page.example", app);
    let response = filter.call(request(&Method::OPTIONS, &[PAGE]).unwrap()).await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(text(response).await.unwrap(), "inside");
}
