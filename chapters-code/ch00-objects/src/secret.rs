//! What no log may show.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A password or a token.
///
/// It goes over the wire like any text, but `{:?}` shows stars, and there is no `{}`: whoever
/// wants the text itself has to [`expose`](Self::expose) it.
///
/// ```
/// use nova_objects::Secret;
///
/// let token = Secret::from("gAAAAAB");
/// assert_eq!(format!("{token:?}"), "***");
/// assert_eq!(token.expose(), "gAAAAAB");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
