//! What opens a guest's door (`nova/objects/keypair.py`).

use crate::{DateTime, NovaObject};
use serde::{Deserialize, Serialize};

/// The public half of a user's key. The private half is shown once, when Nova makes the pair, and
/// kept nowhere.
///
/// It belongs to a user, not to a project: a store shows it to whoever asks, so whoever asks
/// names the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// The row's number.
    pub id: i64,
    /// Whose it is.
    pub user_id: String,
    /// Its name, which that user has only once.
    pub name: String,
    /// Its digest, as pairs of hexadecimal digits with colons between them.
    pub fingerprint: String,
    /// The public key, or the certificate.
    pub public_key: String,
    /// `ssh` or `x509`.
    #[serde(rename = "type")]
    pub keypair_type: String,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for KeyPair {
    const NAME: &'static str = "KeyPair";
    const VERSION: &'static str = "1.4";
    const KEY: &'static str = "id";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl KeyPair {
    /// The SSH key `public_key` of the user `user_id`, under `name`.
    pub fn ssh(user_id: &str, name: &str, public_key: &str, fingerprint: &str) -> Self {
        Self {
            id: 0,
            user_id: user_id.into(),
            name: name.into(),
            fingerprint: fingerprint.into(),
            public_key: public_key.into(),
            keypair_type: "ssh".into(),
            created_at: None,
            updated_at: None,
        }
    }
}
