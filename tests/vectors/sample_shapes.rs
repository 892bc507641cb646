//! `samples`: the answers that Nova's documentation shows, asked for again.
//!
//! Each is asked of a cloud like the one that the samples were taken from, at its microversion,
//! and is compared by its shape.

use crate::{
    sample_cloud::SampleCloud,
    sample_requests,
    shape::Documented,
    wsgi::{Failure, block_on, text},
};
use serde_json::Value;
use std::sync::OnceLock;

/// Runs one case of `set`.
pub(crate) fn run(set: &Value, case: &Value) -> Result<(), String> {
    let (line, wish) = sample_requests::of(text(case, "id", "")).ok_or("nothing asks for this")?;
    let version = text(case, "microversion", "2.1");
    let answer = answer(line, &wish, version).map_err(|failure| failure.to_string())?;
    documented(set).check(&answer, &case["shape"])
}

/// What a cloud answers, if it does not refuse.
fn answer(line: &str, wish: &str, version: &str) -> Result<Value, Failure> {
    // Who only looks may look at the cloud that others have looked at.
    static SEEN: OnceLock<SampleCloud> = OnceLock::new();
    let fresh;
    let cloud = match SEEN.get() {
        Some(cloud) if line.starts_with("GET ") => cloud,
        _ => {
            fresh = block_on(SampleCloud::new())??;
            if line.starts_with("GET ") { SEEN.get_or_init(|| fresh) } else { &fresh }
        }
    };
    let (status, body) = block_on(cloud.ask(line, wish, version))??;
    match status.as_u16() {
        200..400 => Ok(serde_json::from_str(&body)?),
        _ => Err(format!("{line}: {status} {}", body.lines().next().unwrap_or_default()).into()),
    }
}

/// What all samples know.
fn documented(set: &Value) -> &'static Documented {
    static DOCUMENTED: OnceLock<Documented> = OnceLock::new();
    let cases = set["cases"].as_array().into_iter().flatten();
    DOCUMENTED.get_or_init(|| Documented::of(cases.map(|case| &case["shape"])))
}
