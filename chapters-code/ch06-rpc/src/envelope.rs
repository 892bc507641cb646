//! The envelope around every message (`oslo_messaging/_drivers/common.py`, `serialize_msg`).

use crate::{MessagingError, version::is_compatible};
use nova_objects::jsonutils;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::borrow::Cow;

/// The version of the envelopes that are written here, and the newest that are read.
const RPC_ENVELOPE_VERSION: &str = "2.0";

/// JSON in JSON: who carries a message need not understand it.
#[derive(Serialize, Deserialize)]
struct Envelope<'b> {
    #[serde(rename = "oslo.version", borrow)]
    version: Cow<'b, str>,
    #[serde(rename = "oslo.message", borrow)]
    message: Cow<'b, str>,
}

/// Puts `message` into an envelope.
///
/// # Errors
///
/// `message` cannot be written as JSON.
pub fn seal(message: &impl Serialize) -> Result<Vec<u8>, MessagingError> {
    let (version, message) = (RPC_ENVELOPE_VERSION.into(), dumps(message)?.into());
    Ok(dumps(&Envelope { version, message })?.into_bytes())
}

/// The text of `value`, as Python writes JSON.
pub(crate) fn dumps(value: &impl Serialize) -> Result<String, MessagingError> {
    jsonutils::to_string(value).map_err(|source| MessagingError::malformed("no JSON", &source))
}

/// Takes a message out of its envelope; one that has none is taken as it is.
///
/// # Errors
///
/// The envelope is of another version, or there is no `M` in it.
pub fn open<M: DeserializeOwned>(body: &[u8]) -> Result<M, MessagingError> {
    let bad = |source| MessagingError::malformed("not understood", &source);
    let Ok(Envelope { version, message }) = serde_json::from_slice(body) else {
        let bare: Value = serde_json::from_slice(body).map_err(bad)?;
        return serde_json::from_value(bare).map_err(bad);
    };
    if is_compatible(RPC_ENVELOPE_VERSION, &version) {
        serde_json::from_str(&message).map_err(bad)
    } else {
        Err(MessagingError::UnsupportedEnvelope(version.into_owned()))
    }
}

/// The id of a message that cannot be understood, if so much can: for the log.
pub(crate) fn unique_id(body: &[u8]) -> Option<String> {
    let message: Value = open(body).ok()?;
    message.get("_unique_id").and_then(Value::as_str).map(str::to_owned)
}
