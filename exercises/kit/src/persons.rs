//! Somebody else than the administrator wants a server.

use crate::{Booted, House};
use http::Method;
use serde_json::json;

/// The image that every cloud has.
const IMAGE: &str = "11111111-1111-1111-1111-111111111111";

impl House {
    /// Boots a server of `m1.tiny` as somebody else: `token` is `user:project`, as noauth2 believes
    /// it. What became of the server is what the administrator sees of it.
    ///
    /// # Panics
    ///
    /// As [`boot_with`](House::boot_with).
    pub async fn boot_as(&self, token: &str, name: &str) -> Booted {
        let who = [("x-auth-token", token)];
        let wish = json!({ "server": { "name": name, "flavorRef": "1", "imageRef": IMAGE } });
        let made = self.ask(Method::POST, "/servers", &who, Some(&wish)).await;
        assert_eq!(made.status, 202, "{}", made.body);
        let request_id = made.request_id().to_owned();
        let path = format!("/servers/{}", made.json()["server"]["id"].as_str().unwrap_or_default());
        let server = self
            .until("the server leaves BUILD", async || {
                let server = self.get(&path).await.json()["server"].clone();
                (server["status"] != "BUILD").then_some(server)
            })
            .await;
        Booted { request_id, server }
    }
}

impl Booted {
    /// Where the server is; empty if it is nowhere.
    pub fn host(&self) -> &str {
        self.server["OS-EXT-SRV-ATTR:host"].as_str().unwrap_or_default()
    }
}
