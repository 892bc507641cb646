//! Who may do what (`nova/policy.py`, and the library `oslo.policy` below it).
//!
//! Every action of the API has a rule, and a file says what each rule asks for. So the operator
//! decides who may do what, and no controller contains an `if` about it:
//!
//! ```text
//! "admin_or_owner": "is_admin:True or project_id:%(project_id)s",
//! "os_compute_api:servers:show": "rule:admin_or_owner",
//! ```
//!
//! A rule compares the *credentials*, a [`RequestContext`], with the *target*, the thing that the
//! action is about. It is made of:
//!
//! | check | holds if |
//! |---|---|
//! | `@`, or nothing at all | always |
//! | `!` | never |
//! | `rule:NAME` | that rule holds |
//! | `role:NAME` | the context has the role, in whatever case it is written |
//! | `is_admin:True`, `is_admin:False` | the context is an administrator's, or is not |
//! | `user_id:%(user_id)s` | the credential is the same as that key of the target |
//! | `user_name:alice` | the credential is that text |
//!
//! `not` binds tighter than `and`, `and` tighter than `or`, and parentheses tighter than all.
//!
//! oslo.policy takes what it does not understand for a rule that never holds, logs it and goes on.
//! Here a bad file is refused when it is read: an operator's slip is told to the operator, not to
//! the users. A credential or a key that is not there never matches; Python compares the word
//! `None` with itself and lets such a request pass.
//!
//! # Left out
//!
//! - Literals on the left (`'admin':%(role)s`), lists of lists and `http:`: Nova's file needs
//!   none of them.
//! - Reading the file again when it changes: a running cloud keeps the rules it began with.

mod file;
mod parser;
mod references;
mod rule;

use nova_objects::{NovaException, RequestContext};
use nova_paste::{PasteError, Source};
use nova_router::{ApiError, Authorize};
use rule::{Question, Rules};
use serde_json::{Map, Value};
use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

/// The default file.
const BUILT_IN: &str = include_str!("../../../../etc/policy.json");

/// The rule that answers for those that are not in the file.
const DEFAULT_RULE: &str = "default";

/// The rules of one file (`oslo_policy.policy.Enforcer`). A clone shares them.
#[derive(Clone, Debug)]
pub struct Policy {
    rules: Arc<Rules>,
}

impl Policy {
    /// The rules of `etc/policy.json`, as it was when this was compiled: those of Nova 13.0.0, and
    /// in their spirit some that it has not (images, tags).
    ///
    /// # Errors
    ///
    /// The file that is built in is bad, which a test would have found.
    pub fn built_in() -> Result<Self, PasteError> {
        Self::parse("etc/policy.json", BUILT_IN)
    }

    /// The rules of the file at `path`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no JSON object of texts, has a rule twice, or has a rule that
    /// cannot be understood, refers to one that is not there or to itself, or is too long to be
    /// meant: with the rule and the line.
    pub fn read(path: &str) -> Result<Self, PasteError> {
        Self::of(Source::read(path)?)
    }

    /// The rules in `text`, which errors will call `name`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(name: &str, text: &str) -> Result<Self, PasteError> {
        Self::of(Source::new(name, text))
    }

    fn of(source: Source) -> Result<Self, PasteError> {
        Ok(Self { rules: Arc::new(file::rules(source)?) })
    }

    /// Is there a rule of that name?
    pub fn has(&self, rule: &str) -> bool {
        self.rules.contains_key(rule)
    }

    /// Does `rule` let `context` do this to `target`? (Nova's `soft_authorize`.)
    ///
    /// A rule that is not in the file is as good as the rule `default`; without that, nothing is
    /// allowed.
    pub fn check(&self, context: &RequestContext, rule: &str, target: &Target) -> bool {
        let found = self.rules.get(rule).or_else(|| self.rules.get(DEFAULT_RULE));
        let question = Question { rules: &self.rules, context, target };
        found.is_some_and(|rule| rule.holds(&question))
    }

    /// Lets pass only what [`check`](Self::check) does (`nova.policy.enforce`).
    ///
    /// # Errors
    ///
    /// The rule does not hold.
    pub fn authorize(
        &self,
        context: &RequestContext,
        rule: &str,
        target: &Target,
    ) -> Result<(), PolicyNotAuthorized> {
        let refused = || PolicyNotAuthorized { rule: rule.to_owned() };
        self.check(context, rule, target).then_some(()).ok_or_else(refused)
    }
}

/// The rules that are built in.
impl Default for Policy {
    fn default() -> Self {
        static RULES: LazyLock<Policy> = LazyLock::new(|| {
            // Were the file bad, nobody would be allowed anything, rather than everybody.
            let nothing = |_| Policy { rules: Arc::default() };
            Policy::built_in().unwrap_or_else(nothing)
        });
        RULES.clone()
    }
}

/// Whose the thing is that somebody wants to do something to.
///
/// The default is nobody's: what only a rule without a target lets pass (Nova's `{}`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The project it belongs to.
    pub project_id: Option<String>,
    /// The user it belongs to.
    pub user_id: Option<String>,
}

impl Target {
    /// What belongs to whoever asks: the target of an action that names no other.
    ///
    /// Most of Nova's rules are asked with it, so `admin_or_owner` lets everybody pass; that a
    /// server is not somebody else's is seen when it is looked up.
    pub fn of(context: &RequestContext) -> Self {
        Self { project_id: context.project_id.clone(), user_id: context.user_id.clone() }
    }

    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "project_id" => self.project_id.as_deref(),
            "user_id" => self.user_id.as_deref(),
            _ => None,
        }
    }
}

/// A rule does not let the caller do this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Policy doesn't allow {rule} to be performed.")]
pub struct PolicyNotAuthorized {
    /// The rule's name: `os_compute_api:servers:create:forced_host`.
    pub rule: String,
}

impl NovaException for PolicyNotAuthorized {
    fn class(&self) -> Cow<'_, str> {
        "PolicyNotAuthorized".into()
    }

    fn code(&self) -> u16 {
        403
    }

    fn kwargs(&self) -> Map<String, Value> {
        let action = Value::from(self.rule.as_str());
        Map::from_iter([("action".into(), action), ("code".into(), self.code().into())])
    }
}

impl Authorize for Policy {
    fn authorize(&self, context: &RequestContext, rule: &str) -> Result<(), ApiError> {
        Ok(Self::authorize(self, context, rule, &Target::of(context))?)
    }
}
