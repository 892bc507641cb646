//! Keys and their fingerprints (`nova/crypto.py`).
//!
//! Nova makes RSA keys. These are Ed25519, which today's clients make by themselves: they are made
//! at once, where RSA takes a while, and what is needed for that is little to compile.

use super::KeypairError;
use md5::{Digest, Md5};
use ssh_key::{
    Algorithm, LineEnding, PrivateKey, PublicKey,
    private::{Ed25519Keypair, KeypairData},
};

/// A pair of keys that was made here.
pub(super) struct Pair {
    /// The private key, as a file for OpenSSH. Nobody keeps it.
    pub private_key: String,
    /// The public key, as a line for OpenSSH.
    pub public_key: String,
    /// Its digest.
    pub fingerprint: String,
}

/// Makes a pair of keys (`generate_key_pair`).
///
/// # Errors
///
/// The system gives no random numbers.
pub(super) fn generate_key_pair() -> Result<Pair, KeypairError> {
    let failed = |reason: String| KeypairError::Generation(reason);
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| failed(error.to_string()))?;
    let pair = KeypairData::from(Ed25519Keypair::from_seed(&seed));
    let key = PrivateKey::new(pair, "Generated-by-Nova").map_err(|e| failed(e.to_string()))?;
    let private_key = key.to_openssh(LineEnding::LF).map_err(|e| failed(e.to_string()))?;
    let public_key = key.public_key().to_openssh().map_err(|e| failed(e.to_string()))?;
    let fingerprint = generate_fingerprint(&public_key)?;
    Ok(Pair { private_key: private_key.to_string(), public_key, fingerprint })
}

/// The digest of a public key in a line for OpenSSH: pairs of hexadecimal digits with colons
/// between them (`generate_fingerprint`).
///
/// # Errors
///
/// It is no such line, or has a key of a kind that nobody knows.
pub(super) fn generate_fingerprint(public_key: &str) -> Result<String, KeypairError> {
    let invalid = || KeypairError::Invalid("failed to generate fingerprint".into());
    let key = PublicKey::from_openssh(public_key).map_err(|_| invalid())?;
    if matches!(key.algorithm(), Algorithm::Other(_)) {
        return Err(invalid());
    }
    let digest = Md5::digest(key.to_bytes().map_err(|_| invalid())?);
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(pairs.join(":"))
}
