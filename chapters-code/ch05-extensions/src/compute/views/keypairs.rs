//! How key pairs are shown (`KeypairController._filter_keypair`).

use crate::compute::added_keys::is_for;
use nova_objects::{DateTime, KeyPair};
use nova_router::{ApiRequest, ApiVersionRequest};
use serde_json::{Value, json};

/// A key pair in a list. Since 2.2 there is more than one type.
pub fn basic(request: &ApiRequest, key_pair: &KeyPair) -> Value {
    let mut shown = json!({
        "name": key_pair.name,
        "public_key": key_pair.public_key,
        "fingerprint": key_pair.fingerprint,
    });
    if is_for(request, ApiVersionRequest(2, 2)) {
        shown["type"] = json!(key_pair.keypair_type);
    }
    shown
}

/// A key pair that was made at this moment.
pub fn create(request: &ApiRequest, key_pair: &KeyPair) -> Value {
    let mut shown = basic(request, key_pair);
    shown["user_id"] = json!(key_pair.user_id);
    shown
}

/// A key pair by itself. One that was deleted is not there any more, though Nova keeps its row.
pub fn show(request: &ApiRequest, key_pair: &KeyPair) -> Value {
    let mut shown = create(request, key_pair);
    shown["id"] = json!(key_pair.id);
    shown["created_at"] = json!(key_pair.created_at.map(DateTime::to_naive));
    shown["updated_at"] = json!(key_pair.updated_at.map(DateTime::to_naive));
    shown["deleted"] = json!(false);
    shown["deleted_at"] = Value::Null;
    shown
}
