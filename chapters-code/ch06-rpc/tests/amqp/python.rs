//! Python's oslo.messaging, in a process of its own.

use crate::broker::Corner;
use std::{env, ffi::OsString, path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// How long a script may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Python that has oslo.messaging, if there is one.
pub(crate) fn python() -> Option<OsString> {
    let python = env::var_os("MINI_NOVA_OSLO_PYTHON");
    if python.is_none() {
        assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_OSLO_PYTHON");
        eprintln!("skipped: MINI_NOVA_OSLO_PYTHON is not set");
    }
    python
}

/// One of the scripts, at work in a corner of the broker.
pub(crate) struct Script {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Script {
    pub(crate) fn start(python: &OsString, name: &str, corner: &Corner, args: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
        let mut process = Command::new(python)
            .args(["-W", "ignore"])
            .arg(folder.join(name))
            .arg(corner.url.replacen("amqp://", "rabbit://", 1))
            .args(args)
            .args(["--topic", &corner.topic])
            .env("INTEROP_EXCHANGE", &corner.exchange)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The next line that it prints; `None` at its end.
    pub(crate) async fn line(&mut self) -> Option<String> {
        timeout(PATIENCE, self.lines.next_line()).await.expect("a line in time").unwrap()
    }

    /// Ends it, and waits until it is gone.
    pub(crate) async fn end(mut self) {
        self.process.kill().await.unwrap();
    }
}
