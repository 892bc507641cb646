//! What Keystone refuses, and how (`keystone/exception.py`).

use nova_objects::jsonutils::dumps;
use nova_router::ApiResponse;
use serde_json::json;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeystoneError {
    /// Something is not where it has to be.
    Validation { attribute: String, target: &'static str },
    /// Nobody is told whether it was the name, the password, the project or the token.
    Unauthorized,
    /// The caller is known, and may not.
    Forbidden(String),
    /// There is no such thing.
    NotFound(String),
}

impl KeystoneError {
    /// Keystone's own text holds the token, and ends in a log.
    pub(super) fn unknown_token() -> Self {
        Self::NotFound("token".into())
    }

    /// The answer; every error of Keystone's has this form. `auth_url` is where to log in.
    pub(super) fn answer(self, auth_url: &str) -> ApiResponse {
        let (code, title, message) = match self {
            Self::Validation { attribute, target } => (
                400,
                "Bad Request",
                format!(
                    "Expecting to find {attribute} in {target}. The server could not comply with \
                     the request since it is either malformed or otherwise incorrect. The client \
                     is assumed to be in error."
                ),
            ),
            Self::Unauthorized => {
                let message = "The request you have made requires authentication.";
                (401, "Unauthorized", message.to_owned())
            }
            Self::Forbidden(action) => {
                let message = "You are not authorized to perform the requested action";
                (403, "Forbidden", format!("{message}: {action}."))
            }
            Self::NotFound(what) => (404, "Not Found", format!("Could not find {what}.")),
        };
        let error = json!({ "error": { "code": code, "message": message, "title": title } });
        let response = ApiResponse::data("application/json", dumps(&error)).code(code);
        match code {
            401 => response.header("www-authenticate", format!("Keystone uri=\"{auth_url}\"")),
            _ => response,
        }
    }
}
