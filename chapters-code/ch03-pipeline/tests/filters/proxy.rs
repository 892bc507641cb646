//! What a proxy in front of the API says.

use crate::{environ, get, remembering};
use nova_paste::{Application, Environ};
use nova_pipeline::http_proxy_to_wsgi::{HttpProxyToWsgi, Options};

/// Scheme, host, client and script name, as the app sees them behind `sent` headers.
async fn seen(enable_proxy_headers_parsing: bool, sent: &[(&str, &str)]) -> String {
    let (app, seen) = remembering();
    let filter = HttpProxyToWsgi::new(app, Options { enable_proxy_headers_parsing });
    let mut request = get(sent).unwrap();
    *Environ::of_mut(&mut request) = Environ {
        url_scheme: "http".into(),
        host: "nova:8774".into(),
        script_name: "/v2.1".into(),
        remote_addr: Some([10, 0, 0, 9].into()),
        ..Environ::default()
    };
    filter.call(request).await.unwrap();
    let Environ { url_scheme, host, remote_addr, script_name, .. } = environ(&seen);
    format!("{url_scheme} {host} {} {script_name}", remote_addr.unwrap())
}

#[tokio::test]
async fn a_proxys_word_counts_where_there_is_a_proxy() {
    let forwarded = ("forwarded", "for=192.0.2.60;proto=https;host=api.example");
    let old = [("x-forwarded-proto", "https"), ("x-forwarded-host", "old.example")];
    for (sent, expected) in [
        (&[][..], "http nova:8774 10.0.0.9 /v2.1"),
        (&[forwarded], "https api.example 192.0.2.60 /v2.1"),
        (&[forwarded, old[0], old[1]], "https api.example 192.0.2.60 /v2.1"),
        (&old, "https old.example 10.0.0.9 /v2.1"),
        (&[("x-forwarded-for", "192.0.2.7, 10.1.1.1")], "http nova:8774 192.0.2.7 /v2.1"),
        (&[("x-forwarded-prefix", "/compute")], "http nova:8774 10.0.0.9 /compute/v2.1"),
        (&[("forwarded", "For=\"[2001:db8::1]:4711\"")], "http nova:8774 2001:db8::1 /v2.1"),
        (&[("forwarded", "for=192.0.2.60:80, for=10.9.9.9")], "http nova:8774 192.0.2.60 /v2.1"),
        (&[("forwarded", "for=_hidden;proto=")], "http nova:8774 10.0.0.9 /v2.1"),
        (&[("forwarded", ";;=,")], "http nova:8774 10.0.0.9 /v2.1"),
        (&[("forwarded", "")], "http nova:8774 10.0.0.9 /v2.1"),
    ] {
        assert_eq!(seen(true, sent).await, expected, "{sent:?}");
        let unmoved = "http nova:8774 10.0.0.9 /v2.1";
        assert_eq!(seen(false, sent).await, unmoved, "without a proxy any client could say so");
    }
}
