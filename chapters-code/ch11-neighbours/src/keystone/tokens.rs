//! The tokens that were given out (`keystone/token`; of its token formats, the period's `uuid`).

use nova_objects::{DateTime, Secret};
use nova_pipeline::authtoken::identity::AccessInfo;
use quick_cache::sync::Cache;
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use uuid::Uuid;

/// How many tokens are kept. Beyond that, those that are asked for least are forgotten.
const CAPACITY: usize = 10_000;

/// All tokens.
pub(super) struct Tokens {
    issued: Cache<Secret, Arc<Issued>>,
    expiration: Duration,
}

/// A token, as it was given out.
pub(super) struct Issued {
    /// How its bearer had proved who he is.
    pub(super) methods: BTreeSet<String>,
    /// What it gives access to.
    pub(super) access: AccessInfo,
    issued_at: DateTime,
    audit_id: String,
}

impl Tokens {
    /// Tokens that are good for `expiration`.
    pub(super) fn new(expiration: Duration) -> Self {
        Self { issued: Cache::new(CAPACITY), expiration }
    }

    /// When a token expires that is given out now.
    pub(super) fn expires_at(&self) -> DateTime {
        let seconds = i64::try_from(self.expiration.as_secs()).unwrap_or(i64::MAX);
        DateTime::now().plus_seconds(seconds)
    }

    /// Gives out a token.
    pub(super) fn issue(
        &self,
        access: AccessInfo,
        methods: BTreeSet<String>,
    ) -> (Secret, Arc<Issued>) {
        let token = Secret::from(Uuid::new_v4().simple().to_string());
        let audit_id = Uuid::new_v4().simple().to_string();
        let issued = Issued { methods, access, issued_at: DateTime::now(), audit_id };
        let issued = Arc::new(issued);
        self.issued.insert(token.clone(), Arc::clone(&issued));
        (token, issued)
    }

    /// What is known of `token`, if it is still good.
    pub(super) fn get(&self, token: &Secret) -> Option<Arc<Issued>> {
        let issued = self.issued.get(token)?;
        if DateTime::now() < issued.access.expires_at {
            return Some(issued);
        }
        self.issued.remove(token);
        None
    }

    /// Takes `token` back.
    pub(super) fn revoke(&self, token: &Secret) {
        self.issued.remove(token);
    }
}

impl Issued {
    /// What the API says of the token.
    pub(super) fn show(&self) -> Value {
        let mut token = json!(self.access);
        token["methods"] = json!(self.methods);
        token["issued_at"] = json!(self.issued_at);
        token["audit_ids"] = json!([self.audit_id]);
        token["is_domain"] = json!(false);
        json!({ "token": token })
    }
}
