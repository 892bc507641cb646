//! An identity service that knows the token `demo`, and the same user's token for no project,
//! `unscoped`; and that cannot be reached for `away`.

use async_trait::async_trait;
use nova_objects::{DateTime, RemoteError, RequestContext, Secret};
use nova_pipeline::authtoken::identity::{AccessInfo, Named, Owned, TokenValidator};

pub(crate) struct Identity;

#[async_trait]
impl TokenValidator for Identity {
    async fn validate(
        &self,
        _: &RequestContext,
        token: &Secret,
    ) -> Result<Option<AccessInfo>, RemoteError> {
        let named = |name: &str| Named { id: name.into(), name: name.into() };
        let owned = |name: &str| Owned { id: name.into(), name: name.into(), domain: named("d") };
        let user = AccessInfo::unscoped(owned("demo"), DateTime::now().plus_seconds(60));
        let (project, roles) = (Some(owned("c0ffee")), vec![named("member")]);
        match token.expose() {
            "demo" => Ok(Some(AccessInfo { project, roles, ..user })),
            "unscoped" => Ok(Some(user)),
            "away" => Err(RemoteError::messaging("ConnectFailure", "nobody answers")),
            _ => Ok(None),
        }
    }
}
