//! Who may call a method: what a router asks of whoever knows the rules.

use crate::ApiError;
use nova_objects::RequestContext;

/// The rules, as a [`Resource`](crate::Resource) sees them (`nova.policy.enforce`).
pub trait Authorize: Send + Sync {
    /// May `context` do what `rule` is about?
    ///
    /// # Errors
    ///
    /// It may not: `PolicyNotAuthorized`.
    fn authorize(&self, context: &RequestContext, rule: &str) -> Result<(), ApiError>;
}
