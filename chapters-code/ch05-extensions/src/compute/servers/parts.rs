//! The parts that extensions have in what is done to servers (`ServersController.__init__`).

use crate::{
    OsapiV21,
    api_router_v21::Extensions,
    extension::{ExtensionError, Place, ServerBody, ServerPart, ServerParts},
    validation::Client,
};
use nova_objects::Plugs;
use nova_router::ApiError;
use serde_json::Value;

/// The parts that the extensions of one namespace have in the wish `W`.
pub(super) struct Parts<W> {
    /// Under which name the wish stands in the body: `server`, `rebuild`, `resize`.
    under: &'static str,
    parts: Vec<ServerPart<W>>,
}

impl<W> Parts<W> {
    /// Loads the extensions that are offered in `namespace`, and takes from each the part that
    /// `part` points at.
    pub(super) fn load(
        plugs: &Plugs,
        namespace: &str,
        under: &'static str,
        part: fn(ServerParts) -> Option<ServerPart<W>>,
    ) -> Result<Self, ExtensionError> {
        let Extensions(offered) = plugs.get()?;
        let options: OsapiV21 = plugs.get_or_default();
        let mut parts = Vec::new();
        for entry_point in offered.iter().filter(|offered| offered.namespace == namespace) {
            let extension = (entry_point.load)(plugs)?;
            parts.extend(part(extension.server).filter(|_| options.wants(extension.alias)));
        }
        Ok(Self { under, parts })
    }

    /// `schema`, with what the parts add to it.
    pub(super) fn complete(&self, mut schema: Value, client: Client) -> Value {
        for part in &self.parts {
            let properties = match part.place {
                Place::Server => &mut schema["properties"][self.under]["properties"],
                Place::Body => &mut schema["properties"],
            };
            if let (Some(all), Value::Object(added)) =
                (properties.as_object_mut(), (part.schema)(client))
            {
                all.extend(added);
            }
        }
        schema
    }

    /// Lets each part read out of `body` what is its own.
    pub(super) fn read(&self, body: &Value, wish: &mut W) -> Result<(), ApiError> {
        let body = ServerBody { server: &body[self.under], body };
        self.parts.iter().try_for_each(|part| (part.read)(body, wish))
    }
}
