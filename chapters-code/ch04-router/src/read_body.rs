//! The whole body at once (`webob.Request.body`).

use bytes::Bytes;
use http_body_util::BodyExt;
use nova_paste::{Body, Raised};

/// Collects a body.
///
/// # Errors
///
/// Python's `IOError`: the client went away, or a filter broke the body off. A filter that does
/// has an answer of its own.
pub(crate) async fn read_body(body: Body) -> Result<Bytes, Raised> {
    let collected = body.collect().await;
    // It is the client's fault, whoever notices it.
    let broken = |message| Raised { code: Some(400), ..Raised::new("IOError", message) };
    let collected = collected.map_err(|error| broken(error.to_string()))?;
    Ok(collected.to_bytes())
}
