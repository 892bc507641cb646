//! From `is_admin:True or project_id:%(project_id)s` to a rule (`oslo_policy/_parser.py`).
//!
//! ```text
//! any   = all { "or" all }
//! all   = one { "and" one }
//! one   = "not" one | "(" any ")" | check
//! check = "@" | "!" | KIND ":" VALUE
//! ```

use super::rule::{Credential, Expected, Rule};
use std::{iter::repeat_n, vec::IntoIter};

/// Parentheses and `not`s deeper in each other than this are not meant.
const MAX_NESTING: usize = 16;

/// What stands before the colon, for messages.
const KINDS: [&str; 7] =
    ["rule", "role", "is_admin", "user_id", "user_name", "project_id", "project_name"];

/// Why a text is no rule.
#[derive(Debug)]
pub(super) struct Misread {
    /// What is wrong.
    pub(super) problem: String,
    /// Which part of the text is meant; empty: all of it.
    pub(super) part: String,
}

/// The rule that `text` spells.
pub(super) fn parse(text: &str) -> Result<Rule, Misread> {
    if text.is_empty() {
        return Ok(Rule::Always);
    }
    let mut parser = Parser { words: words(text).into_iter() };
    let rule = parser.any(0)?;
    match parser.words.next() {
        None => Ok(rule),
        Some(")") => Err(misread("a `)` closes nothing", ")")),
        Some(word) => Err(misread(format!("`and` or `or` is missing before `{word}`"), word)),
    }
}

/// The words of `text`, each parenthesis around one of them a word of its own. Those of
/// `%(key)s` are never at a word's ends.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let opened = word.trim_start_matches('(');
        let bare = opened.trim_end_matches(')');
        words.extend(repeat_n("(", word.len() - opened.len()));
        words.extend(Some(bare).filter(|bare| !bare.is_empty()));
        words.extend(repeat_n(")", opened.len() - bare.len()));
    }
    words
}

struct Parser<'t> {
    words: IntoIter<&'t str>,
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Rule, Misread> {
        let mut rules = vec![self.all(depth)?];
        while self.takes("or") {
            rules.push(self.all(depth)?);
        }
        Ok(joined(rules, Rule::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Rule, Misread> {
        let mut rules = vec![self.one(depth)?];
        while self.takes("and") {
            rules.push(self.one(depth)?);
        }
        Ok(joined(rules, Rule::All))
    }

    fn one(&mut self, depth: usize) -> Result<Rule, Misread> {
        if depth > MAX_NESTING {
            let problem = format!("parentheses and `not`s are more than {MAX_NESTING} deep");
            return Err(misread(problem, ""));
        }
        let Some(word) = self.words.next() else {
            return Err(misread("it ends where a check should be", ""));
        };
        match word.to_ascii_lowercase().as_str() {
            "not" => Ok(Rule::Not(Box::new(self.one(depth + 1)?))),
            "(" => {
                let rule = self.any(depth + 1)?;
                if self.takes(")") { Ok(rule) } else { Err(misread("a `(` is not closed", "(")) }
            }
            ")" | "and" | "or" => {
                Err(misread(format!("`{word}` stands where a check should be"), word))
            }
            _ => check(word),
        }
    }

    /// Is `wanted` the next word? Then it is taken.
    fn takes(&mut self, wanted: &str) -> bool {
        let next = self.words.as_slice().first();
        let found = next.is_some_and(|word| word.eq_ignore_ascii_case(wanted));
        if found {
            self.words.next();
        }
        found
    }
}

/// A single rule stays what it is.
fn joined(mut rules: Vec<Rule>, join: fn(Vec<Rule>) -> Rule) -> Rule {
    match rules.pop() {
        Some(rule) if rules.is_empty() => rule,
        last => {
            rules.extend(last);
            join(rules)
        }
    }
}

fn check(word: &str) -> Result<Rule, Misread> {
    let wrong = |problem: String| Err(misread(problem, word));
    let (kind, value) = match (word, word.split_once(':')) {
        ("@", _) => return Ok(Rule::Always),
        ("!", _) => return Ok(Rule::Never),
        (_, Some(parts)) => parts,
        _ => return wrong(format!("`{word}` is no check; one is KIND:VALUE, `@` or `!`")),
    };
    match kind {
        "rule" if is_plain(value) => Ok(Rule::Named(value.to_owned())),
        "role" if is_plain(value) => Ok(Rule::Role(value.to_lowercase())),
        "rule" | "role" => wrong(format!("`{value}` is not the name of a {kind}")),
        "is_admin" if value.eq_ignore_ascii_case("true") => Ok(Rule::IsAdmin(true)),
        "is_admin" if value.eq_ignore_ascii_case("false") => Ok(Rule::IsAdmin(false)),
        "is_admin" => wrong(format!("is_admin is True or False, not `{value}`")),
        _ => match (Credential::named(kind), expected(value)) {
            (Some(credential), Some(expected)) => Ok(Rule::Same(credential, expected)),
            (Some(_), None) => wrong(format!("`{value}` is neither %(KEY)s nor a plain text")),
            (None, _) => wrong(format!("there is no `{kind}` to check, but {}", KINDS.join(", "))),
        },
    }
}

fn expected(value: &str) -> Option<Expected> {
    let key = value.strip_prefix("%(").and_then(|rest| rest.strip_suffix(")s"));
    match key {
        Some(key) => is_plain(key).then(|| Expected::Key(key.to_owned())),
        None => is_plain(value).then(|| Expected::Text(value.to_owned())),
    }
}

/// Nothing that oslo.policy or Python would read as more than a name.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(['%', '(', ')', '\'', '"'])
}

fn misread(problem: impl Into<String>, part: &str) -> Misread {
    Misread { problem: problem.into(), part: part.to_owned() }
}
