//! All exercises at once, each with an answer.

use super::scratch::Scratch;
use crate::{Error, Exercise, build, trial};
use std::{collections::BTreeSet, path::Path};

/// An answer, and what the rules should make of it.
pub(super) struct Answer<'a> {
    pub(super) exercise: &'a Exercise,
    /// `its starter`
    pub(super) what: String,
    pub(super) text: String,
    /// The rules that it breaks.
    pub(super) fails: Vec<String>,
}

/// Puts the answers in, builds them together, and asks the rules of each.
pub(super) fn round(scratch: &Scratch, answers: &[Answer<'_>]) -> Result<Vec<String>, Error> {
    let mut packages = vec!["--keep-going".to_owned(), "--quiet".to_owned()];
    for Answer { exercise, text, .. } in answers {
        scratch.put(exercise, text)?;
        packages.push(format!("--package={}", exercise.name.replace('_', "-")));
    }
    let arguments: Vec<&str> = packages.iter().map(String::as_str).collect();
    let built = build::rules(&scratch.root, &arguments)?;
    let mut problems = Vec::new();
    for Answer { exercise, what, fails, .. } in answers {
        let folder = scratch.root.join(&exercise.path);
        let path = exercise.path.display();
        let problem = match built.rules.get(&folder) {
            Some(program) => problem(&exercise.id, program, &folder, fails),
            None => Some("does not compile".to_owned()),
        };
        say!("{}  {path}: {what}", if problem.is_none() { "right" } else { "WRONG" });
        problems.extend(problem.map(|problem| format!("{path}: {what} {problem}")));
    }
    Ok(problems)
}

/// What is wrong, unless the rules that are to be broken are broken, and no others.
fn problem(id: &str, program: &Path, folder: &Path, fails: &[String]) -> Option<String> {
    let outcomes = match trial::run(id, program, folder) {
        Ok(outcomes) => outcomes,
        Err(error) => return Some(format!("cannot be tried: {error}")),
    };
    let broken = outcomes.iter().filter(|outcome| !outcome.kept);
    let broken: BTreeSet<&str> = broken.map(|outcome| outcome.rule.as_str()).collect();
    let expected: BTreeSet<&str> = fails.iter().map(String::as_str).collect();
    let differs = || format!("breaks {}, and should break {}", listed(&broken), listed(&expected));
    (broken != expected).then(differs)
}

fn listed(rules: &BTreeSet<&str>) -> String {
    if rules.is_empty() {
        return "no rule".to_owned();
    }
    rules.iter().copied().collect::<Vec<_>>().join(", ")
}
