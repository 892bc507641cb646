//! `[keystone_authtoken]`: how tokens are checked, and by whom (`keystonemiddleware.auth_token`).

use super::Endpoint;
use nova_neighbours::keystone::Credentials;
use std::time::Duration;

/// The options of that section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeystoneAuthtoken {
    /// The identity service to ask, if it is not the one built in.
    pub auth_url: Option<Endpoint>,
    /// Where clients are told to log in, if that is somewhere else.
    pub auth_uri: Option<Endpoint>,
    /// As whom Nova asks.
    pub credentials: Credentials,
    /// How long an answer may take.
    pub http_connect_timeout: Duration,
    /// How often a service that is not reached is asked once more.
    pub http_request_max_retries: u32,
    /// For how long an answer is believed.
    pub token_cache_time: Duration,
    /// Is a request without a good token somebody else's to refuse?
    pub delay_auth_decision: bool,
}

/// The service user of the built-in identity service.
impl Default for KeystoneAuthtoken {
    fn default() -> Self {
        let filter = nova_pipeline::authtoken::Options::default();
        Self {
            auth_url: None,
            auth_uri: None,
            credentials: Credentials {
                username: "nova".into(),
                password: "nova-secret".into(),
                project_name: "service".into(),
                user_domain_name: "Default".into(),
                project_domain_name: "Default".into(),
            },
            http_connect_timeout: Duration::from_secs(10),
            http_request_max_retries: 3,
            token_cache_time: filter.token_cache_time,
            delay_auth_decision: filter.delay_auth_decision,
        }
    }
}
