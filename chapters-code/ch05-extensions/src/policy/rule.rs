//! What a rule says, and whether it holds (`oslo_policy/_checks.py`).

use super::Target;
use nova_objects::RequestContext;
use std::collections::HashMap;

/// The rules of a file, by name.
pub(super) type Rules = HashMap<String, Rule>;

/// What one rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// `@`, or nothing.
    Always,
    /// `!`.
    Never,
    /// `rule:NAME`.
    Named(String),
    /// `role:NAME`, in lower case.
    Role(String),
    /// `is_admin:True`.
    IsAdmin(bool),
    /// `user_id:%(user_id)s`, or `user_name:alice`.
    Same(Credential, Expected),
    /// `not ...`.
    Not(Box<Self>),
    /// `... and ...`.
    All(Vec<Self>),
    /// `... or ...`.
    Any(Vec<Self>),
}

/// What a rule may compare of who asks, under the names that Nova's contexts have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    UserId,
    UserName,
    ProjectId,
    ProjectName,
    /// Nova's contexts may have one; ours never do.
    QuotaClass,
}

/// What the credential is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// What the target has under that key.
    Key(String),
    /// This text.
    Text(String),
}

/// May `context` do something to `target`?
pub(super) struct Question<'q> {
    pub(super) rules: &'q Rules,
    pub(super) context: &'q RequestContext,
    pub(super) target: &'q Target,
}

impl Rule {
    /// Is the answer yes?
    pub(super) fn holds(&self, question: &Question<'_>) -> bool {
        let Question { rules, context, target } = question;
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Named(name) => rules.get(name).is_some_and(|rule| rule.holds(question)),
            Self::Role(role) => context.roles.iter().any(|has| has.to_lowercase() == *role),
            Self::IsAdmin(expected) => context.is_admin == *expected,
            Self::Same(credential, expected) => {
                let found = credential.of(context);
                found.is_some() && found == expected.of(target)
            }
            Self::Not(rule) => !rule.holds(question),
            Self::All(rules) => rules.iter().all(|rule| rule.holds(question)),
            Self::Any(rules) => rules.iter().any(|rule| rule.holds(question)),
        }
    }

    /// The rules that it is made of, one level down.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Not(rule) => std::slice::from_ref(rule),
            Self::All(rules) | Self::Any(rules) => rules,
            _ => &[],
        }
    }
}

impl Credential {
    /// The credential of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "user_id" | "user" => Self::UserId,
            "user_name" => Self::UserName,
            "project_id" | "tenant" => Self::ProjectId,
            "project_name" => Self::ProjectName,
            "quota_class" => Self::QuotaClass,
            _ => return None,
        })
    }

    fn of(self, context: &RequestContext) -> Option<&str> {
        match self {
            Self::UserId => context.user_id.as_deref(),
            Self::UserName => context.user_name.as_deref(),
            Self::ProjectId => context.project_id.as_deref(),
            Self::ProjectName => context.project_name.as_deref(),
            Self::QuotaClass => None,
        }
    }
}

impl Expected {
    fn of<'t>(&'t self, target: &'t Target) -> Option<&'t str> {
        match self {
            Self::Key(key) => target.get(key),
            Self::Text(text) => Some(text),
        }
    }
}
