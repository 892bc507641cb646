//! The exercise of chapter 11, solved: two Keystones, one of which may be away.

#![cfg(test)]

use async_trait::async_trait;
use nova_objects::{DateTime, RemoteError, RequestContext, Secret};
use nova_pipeline::authtoken::identity::{AccessInfo, Named, Owned, TokenValidator};
use std::sync::Arc;

// ANCHOR: solution
/// Asks the first, and the second if the first cannot be asked.
struct Either(Arc<dyn TokenValidator>, Arc<dyn TokenValidator>);

#[async_trait]
impl TokenValidator for Either {
    async fn validate(
        &self,
        context: &RequestContext,
        token: &Secret,
    ) -> Result<Option<AccessInfo>, RemoteError> {
        match self.0.validate(context, token).await {
            Ok(answer) => Ok(answer),
            Err(_) => self.1.validate(context, token).await,
        }
    }
}
// ANCHOR_END: solution

/// A Keystone that says this of every token; `None`: it is away.
struct Says(Option<Option<&'static str>>);

#[async_trait]
impl TokenValidator for Says {
    async fn validate(
        &self,
        _: &RequestContext,
        _: &Secret,
    ) -> Result<Option<AccessInfo>, RemoteError> {
        let away = || RemoteError::messaging("ConnectFailure", "nobody answers");
        let domain = Named { id: "default".into(), name: "Default".into() };
        let user = |id: &str| Owned { id: id.into(), name: id.into(), domain };
        let hour = DateTime::now().plus_seconds(3600);
        Ok(self.0.ok_or_else(away)?.map(|id| AccessInfo::unscoped(user(id), hour)))
    }
}

#[tokio::test]
async fn the_second_is_asked_only_if_the_first_is_away() {
    let (ann, bob, nobodys, away) =
        (Says(Some(Some("ann"))), Says(Some(Some("bob"))), Says(Some(None)), Says(None));
    let said = async |first: Says, second: Says| {
        let either = Either(Arc::new(first), Arc::new(second));
        let answer = either.validate(&RequestContext::default(), &Secret::from("x")).await;
        match answer {
            Ok(Some(access)) => access.user.id,
            Ok(None) => "nobody's".into(),
            Err(_) => "away".into(),
        }
    };
    assert_eq!(said(ann, bob).await, "ann");
    assert_eq!(said(nobodys, Says(Some(Some("bob")))).await, "nobody's", "revoked is revoked");
    assert_eq!(said(away, Says(Some(Some("bob")))).await, "bob");
    assert_eq!(said(Says(None), Says(Some(None))).await, "nobody's");
    assert_eq!(said(Says(None), Says(None)).await, "away");
}
