//! A real collector of OpenTelemetry, and none.
//!
//! `MINI_NOVA_OTLP_PYTHON` is a Python with the package `opentelemetry-proto`, and the feature
//! `otlp` has to be on. What is missing is skipped, except in CI, where it is a failure.

#![cfg(test)]

#[cfg(feature = "otlp")]
mod demo;
#[cfg(feature = "otlp")]
mod receiver;
#[cfg(feature = "otlp")]
mod trace;

#[cfg(not(feature = "otlp"))]
#[test]
fn a_binary_without_the_feature_says_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("nova.conf");
    std::fs::write(&conf, "[flow]\notlp_endpoint = http://127.0.0.1:4318\n").unwrap();
    for command in ["demo", "all", "scheduler"] {
        let mut mini_nova = std::process::Command::new(env!("CARGO_BIN_EXE_mini-nova"));
        let said = mini_nova.args([command, "--config-file"]).arg(&conf).output().unwrap();
        let words = String::from_utf8_lossy(&said.stderr);
        assert!(!said.status.success() && words.contains("`--features otlp`"), "{words}");
    }
}
