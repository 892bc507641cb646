//! The keys of users (`nova/compute/api.py` `KeypairAPI`).

use super::{
    KeypairError, QuotaEngine,
    crypto::{generate_fingerprint, generate_key_pair},
};
use nova_objects::{
    KeyPair, NovaObject, Plugs, Query, RequestContext, Store, StoreError, Tracked, Unplugged,
};
use std::sync::Arc;

/// What can be done to key pairs. They are a user's, in whatever project, so each method is told
/// whose.
#[derive(Clone)]
pub struct KeypairAPI {
    store: Arc<dyn Store>,
    quota: QuotaEngine,
}

/// What a key pair is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeypairType {
    /// For OpenSSH.
    Ssh,
    /// For Windows: a certificate. There are none of these in this cloud.
    X509,
}

/// A key pair that is to be.
#[derive(Clone, Debug)]
pub struct NewKeyPair {
    /// Whose.
    pub user_id: String,
    /// What that user will call it.
    pub name: String,
    /// What it is for.
    pub key_type: KeypairType,
}

impl KeypairAPI {
    /// The key pairs whose rows are in the plugged store.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        Ok(Self { store: plugs.get()?, quota: QuotaEngine::new(plugs)? })
    }

    /// Keeps a public key that the user has.
    ///
    /// # Errors
    ///
    /// The name or the key is not what it should be, or the user has one of that name, or too many.
    pub async fn import_key_pair(
        &self,
        context: &RequestContext,
        new: NewKeyPair,
        public_key: &str,
    ) -> Result<Tracked<KeyPair>, KeypairError> {
        self.validate_new_key_pair(context, &new).await?;
        let fingerprint = match new.key_type {
            KeypairType::Ssh => generate_fingerprint(public_key)?,
            KeypairType::X509 => {
                return Err(no_certificates("failed to generate X509 fingerprint"));
            }
        };
        self.create(context, &new, public_key, &fingerprint).await
    }

    /// Makes a pair of keys: keeps the public one, and gives back both.
    ///
    /// # Errors
    ///
    /// As [`import_key_pair`](Self::import_key_pair).
    pub async fn create_key_pair(
        &self,
        context: &RequestContext,
        new: NewKeyPair,
    ) -> Result<(Tracked<KeyPair>, String), KeypairError> {
        self.validate_new_key_pair(context, &new).await?;
        let pair = match new.key_type {
            KeypairType::Ssh => generate_key_pair()?,
            KeypairType::X509 => {
                return Err(no_certificates("failed to generate X509 certificate"));
            }
        };
        let key_pair = self.create(context, &new, &pair.public_key, &pair.fingerprint).await?;
        Ok((key_pair, pair.private_key))
    }

    /// All key pairs of a user, by name.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn get_key_pairs(
        &self,
        context: &RequestContext,
        user_id: &str,
    ) -> Result<Vec<Tracked<KeyPair>>, StoreError> {
        let of_user = Query::all().with("user_id", user_id).ascending("name");
        KeyPair::list(&*self.store, context, of_user).await
    }

    /// The key pair of a user that is called `name`.
    ///
    /// # Errors
    ///
    /// There is none.
    pub async fn get_key_pair(
        &self,
        context: &RequestContext,
        user_id: &str,
        name: &str,
    ) -> Result<Tracked<KeyPair>, KeypairError> {
        let found = self.find(context, user_id, name).await?;
        found.ok_or_else(|| {
            let (name, user_id) = (name.to_owned(), user_id.to_owned());
            KeypairError::NotFound { name, user_id }
        })
    }

    /// Forgets it. Servers that have it keep it.
    ///
    /// # Errors
    ///
    /// There is none.
    pub async fn delete_key_pair(
        &self,
        context: &RequestContext,
        user_id: &str,
        name: &str,
    ) -> Result<(), KeypairError> {
        let key_pair = self.get_key_pair(context, user_id, name).await?;
        Ok(key_pair.destroy(&*self.store, context).await?)
    }

    async fn validate_new_key_pair(
        &self,
        context: &RequestContext,
        new: &NewKeyPair,
    ) -> Result<(), KeypairError> {
        let safe = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
        if !new.name.chars().all(safe) {
            let reason = "Keypair name contains unsafe characters";
            return Err(KeypairError::Invalid(reason.into()));
        }
        self.check_quota(context, &new.user_id, None).await
    }

    /// May the user have one more key pair; or, if it is written already, may that one stay?
    async fn check_quota(
        &self,
        context: &RequestContext,
        user_id: &str,
        made: Option<i64>,
    ) -> Result<(), KeypairError> {
        let mut there = self.get_key_pairs(context, user_id).await?;
        there.retain(|key_pair| made.is_none_or(|made| key_pair.id < made));
        match usize::try_from(self.quota.limits_of(context).await?.get("key_pairs")) {
            Ok(limit) if there.len() >= limit => Err(KeypairError::LimitExceeded),
            // A negative limit is none.
            _ => Ok(()),
        }
    }

    async fn create(
        &self,
        context: &RequestContext,
        new: &NewKeyPair,
        public_key: &str,
        fingerprint: &str,
    ) -> Result<Tracked<KeyPair>, KeypairError> {
        if self.find(context, &new.user_id, &new.name).await?.is_some() {
            return Err(KeypairError::Exists(new.name.clone()));
        }
        let key_pair = KeyPair::ssh(&new.user_id, &new.name, public_key, fingerprint);
        let key_pair = key_pair.create(&*self.store, context).await?;
        // Others may have come at the same time: of those, the first may stay.
        if let Err(error) = self.check_quota(context, &new.user_id, Some(key_pair.id)).await {
            key_pair.destroy(&*self.store, context).await?;
            return Err(error);
        }
        Ok(key_pair)
    }

    async fn find(
        &self,
        context: &RequestContext,
        user_id: &str,
        name: &str,
    ) -> Result<Option<Tracked<KeyPair>>, StoreError> {
        let named = Query::all().with("user_id", user_id).with("name", name);
        KeyPair::find(&*self.store, context, named).await
    }
}

fn no_certificates(what: &str) -> KeypairError {
    KeypairError::Invalid(format!("{what}. Error message: this cloud keeps SSH keys only"))
}
