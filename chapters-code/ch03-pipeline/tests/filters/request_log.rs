//! The line that is written for each request.

use crate::{answering, get};
use nova_paste::{Application, Environ, Raised, app_fn};
use nova_pipeline::request_log::{RequestLog, TARGET};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};
use tracing_subscriber::{filter::Targets, prelude::*};

/// A log to read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_request_is_one_line_with_all_that_matters() {
    let log = Log::default();
    let written = log.clone();
    let lines = tracing_subscriber::fmt::layer().with_writer(move || written.clone());
    let lines = lines.without_time().with_level(false).with_target(false).with_ansi(false);
    let targets = Targets::new().with_target(TARGET, tracing::Level::INFO);
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(targets));
    let _listening = tracing::subscriber::set_default(subscriber);

    let told = answering(202, &[("content-length", "15"), ("x-openstack-nova-api-version", "2.1")]);
    let failing = app_fn(async |_| {
        Err(Raised { code: Some(404), ..Raised::new("InstanceNotFound", "secret") })
    });
    for (app, path, query, expected) in [
        (
            told,
            "/servers",
            "limit=1",
            "10.0.0.9 \"GET /v2.1/servers?limit=1\" status: 202 len: 15 microversion: 2.1",
        ),
        (failing, "/a\nb", "", "10.0.0.9 \"GET /v2.1/a\\nb\" status: 404 len: - microversion: -"),
    ] {
        let mut request = get(&[("x-auth-token", "secret")]).unwrap();
        *Environ::of_mut(&mut request) = Environ {
            script_name: "/v2.1".into(),
            path_info: path.into(),
            query_string: query.into(),
            remote_addr: Some([10, 0, 0, 9].into()),
            ..Environ::default()
        };
        drop(RequestLog::new(app).call(request).await);
        let text = String::from_utf8(std::mem::take(&mut *log.0.lock().unwrap())).unwrap();
        let (line, time) = text.trim_end().split_once(" time: ").unwrap();
        assert_eq!(line, expected);
        assert!(time.parse::<f64>().unwrap() < 10.0 && !text.contains("secret"), "{text}");
    }
}
