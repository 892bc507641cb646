//! Requests and replies: what is inside the envelope (`oslo_messaging/_drivers/amqpdriver.py`).

use crate::{Failure, MessagingError, envelope::dumps};
use nova_objects::{Fields, RemoteError, RequestContext};
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, value::MapDeserializer},
};
use serde_json::{Number, Value};
use std::time::Duration;

/// A method to be run. The order of the fields is that in which oslo.messaging writes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its name.
    pub method: String,
    /// Its arguments, by name.
    #[serde(default)]
    pub args: Fields,
    /// The namespace it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The version that the client was written for.
    #[serde(default = "first_version")]
    pub version: String,
    /// Where the reply goes. `None`: it is a cast, nobody waits.
    #[serde(flatten)]
    pub reply_to: Option<ReplyTo>,
    /// By this a receiver knows a message that it had before.
    #[serde(rename = "_unique_id", default, skip_serializing_if = "Option::is_none")]
    pub unique_id: Option<String>,
    /// The context: each field under `_context_` and its name.
    #[serde(flatten)]
    pub context: Fields,
}

/// What makes a request a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    /// What the reply has to name.
    #[serde(rename = "_msg_id")]
    pub msg_id: String,
    /// The queue on which the caller waits.
    #[serde(rename = "_reply_q")]
    pub reply_q: String,
    /// How many seconds the caller waits for a sign of life, where it asked for such signs.
    #[serde(rename = "_timeout")]
    pub timeout: Option<Number>,
}

impl ReplyTo {
    /// How often the caller is to be told that the server is alive: twice as often as it must
    /// hear of it. `None`: it did not ask for that, or for more than can be done.
    pub(crate) fn sign_of_life(&self) -> Option<Duration> {
        let seconds = self.timeout.as_ref()?.as_f64()? / 2.0;
        Duration::try_from_secs_f64(seconds).ok().filter(|every| *every >= Duration::from_secs(1))
    }
}

/// The answer to a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// What the method gave back.
    pub result: Value,
    /// What went wrong: a [`Failure`] as a string of JSON.
    pub failure: Option<String>,
    /// `false` on a sign of life: the answer is still to come.
    pub ending: bool,
    /// The call that is answered.
    #[serde(rename = "_msg_id")]
    pub msg_id: String,
    /// By this a receiver knows a message that it had before.
    #[serde(rename = "_unique_id", default)]
    pub unique_id: Option<String>,
}

impl Reply {
    /// The answer to `msg_id`.
    ///
    /// # Errors
    ///
    /// The failure cannot be written as JSON.
    pub fn new(msg_id: String, outcome: Result<Value, Failure>) -> Result<Self, MessagingError> {
        let (result, failure) = match outcome {
            Ok(result) => (result, None),
            Err(failure) => (Value::Null, Some(dumps(&failure)?)),
        };
        Ok(Self { result, failure, ending: true, msg_id, unique_id: Some(new_id()) })
    }

    /// A sign of life: the answer to `msg_id` is still to come.
    pub(crate) fn alive(msg_id: String) -> Self {
        let (result, unique_id) = (Value::Null, Some(new_id()));
        Self { result, failure: None, ending: false, msg_id, unique_id }
    }

    /// What the caller gets of it.
    pub(crate) fn into_result<R: DeserializeOwned>(self) -> Result<R, RemoteError> {
        if let Some(text) = self.failure {
            let failure: Failure = serde_json::from_str(&text)
                .map_err(|source| MessagingError::malformed("no failure", &source))?;
            return Err(failure.into());
        }
        Ok(serde_json::from_value(self.result)
            .map_err(|source| MessagingError::malformed("an unexpected result", &source))?)
    }
}

const CONTEXT: &str = "_context_";
/// A key of ours among those of the context.
const SENDING_HOST: &str = "sending_host";

fn first_version() -> String {
    "1.0".into()
}

/// An id as the wire has them: 32 hex digits.
pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The fields of `value`, by name.
pub(crate) fn fields(what: &str, value: &impl Serialize) -> Result<Fields, MessagingError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(other) => Err(MessagingError::malformed(what, &format!("{other} has no names"))),
        Err(source) => Err(MessagingError::malformed(what, &source)),
    }
}

/// Writes `context` as the keys of a message (`serialize_context`), and the host that it is sent
/// for, if that matters.
pub(crate) fn pack_context(
    context: &RequestContext,
    host: Option<&str>,
) -> Result<Fields, MessagingError> {
    let mut fields = fields("context", context)?;
    fields.extend(host.map(|host| (SENDING_HOST.to_owned(), host.into())));
    Ok(fields.into_iter().map(|(key, value)| (format!("{CONTEXT}{key}"), value)).collect())
}

/// What of the keys of a message is its context, each without its prefix.
fn context_keys(keys: &Fields) -> impl Iterator<Item = (&str, &Value)> {
    keys.iter().filter_map(|(key, value)| Some((key.strip_prefix(CONTEXT)?, value)))
}

/// Reads the context out of the keys of a message (`deserialize_context`).
pub(crate) fn unpack_context(keys: &Fields) -> Result<RequestContext, MessagingError> {
    RequestContext::deserialize(MapDeserializer::new(context_keys(keys)))
        .map_err(|source: serde_json::Error| MessagingError::malformed("context", &source))
}

/// Who asks, as a method wants to know it: a [`RequestContext`]; with it the [`Sender`], for a
/// method that serves hosts differently; or, for a method that serves other services than Nova's,
/// the [`Fields`] that were sent.
pub trait MessageContext {
    /// The context of a message, and the keys that it was read from.
    fn of(context: RequestContext, keys: &Fields) -> Self;
}

impl MessageContext for RequestContext {
    fn of(context: RequestContext, _: &Fields) -> Self {
        context
    }
}

/// Who asks, and the host that the message was sent for, if it says so.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Who asks.
    pub context: RequestContext,
    /// The host ([`RpcClient::on_behalf_of`](crate::RpcClient::on_behalf_of)).
    pub host: Option<String>,
}

impl MessageContext for Sender {
    fn of(context: RequestContext, keys: &Fields) -> Self {
        let host = context_keys(keys).find(|(key, _)| *key == SENDING_HOST);
        let host = host.and_then(|(_, host)| host.as_str().map(str::to_owned));
        Self { context, host }
    }
}

impl MessageContext for Fields {
    fn of(_: RequestContext, keys: &Fields) -> Self {
        context_keys(keys).map(|(key, value)| (key.to_owned(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MessageContext, Sender, pack_context, unpack_context};
    use nova_objects::RequestContext;

    #[test]
    fn a_message_says_on_whose_behalf_it_is_sent_if_it_is_told() {
        let context = RequestContext::new("u", "p");
        for host in [Some("host-1"), None] {
            let keys = pack_context(&context, host).unwrap();
            assert_eq!(keys.contains_key("_context_sending_host"), host.is_some());
            let sender = Sender::of(unpack_context(&keys).unwrap(), &keys);
            assert_eq!((sender.host.as_deref(), sender.context), (host, context.clone()));
        }
    }
}
