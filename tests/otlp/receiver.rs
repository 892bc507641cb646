//! A collector that is not ours: a few lines of Python over `opentelemetry-proto`.

use serde_json::Value;
use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread::JoinHandle,
};

/// A collector that runs.
pub(crate) struct Receiver {
    process: Child,
    spans: Option<JoinHandle<Vec<Value>>>,
    pub(crate) endpoint: String,
}

impl Receiver {
    /// Starts one, if there is a Python for it.
    pub(crate) fn start() -> Option<Self> {
        let Some(python) = env::var_os("MINI_NOVA_OTLP_PYTHON") else {
            assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_OTLP_PYTHON");
            eprintln!("skipped: MINI_NOVA_OTLP_PYTHON is not set");
            return None;
        };
        let mut process = Command::new(python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/otlp/receiver.py"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next().expect("it listens").unwrap();
        // Somebody has to read what it prints, or it could not go on.
        let spans = std::thread::spawn(move || {
            lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
        });
        let endpoint = format!("http://127.0.0.1:{port}");
        Some(Self { process, spans: Some(spans), endpoint })
    }

    /// All spans that it has got by now.
    pub(crate) fn spans(mut self) -> Vec<Value> {
        self.process.kill().unwrap();
        self.spans.take().unwrap().join().unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
