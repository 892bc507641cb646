//! All exercises at once, each with an answer.

use super::scratch::Scratch;
use crate::{Error, Exercise, build, trial};
use std::collections::BTreeSet;

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
        let Some(program) = built.rules.get(&folder) else {
            problems.push(format!("{path}: {what} does not compile"));
            continue;
        };
        let expected: BTreeSet<&str> = fails.iter().map(String::as_str).collect();
        match trial::run(&exercise.id, program, &folder) {
            Ok(outcomes) => {
                let broken = outcomes.iter().filter(|outcome| !outcome.kept);
                let broken: BTreeSet<&str> = broken.map(|outcome| outcome.rule.as_str()).collect();
                if broken != expected {
                    let (broken, expected) = (listed(&broken), listed(&expected));
                    problems.push(format!(
                        "{path}: {what} breaks {broken}, and should break {expected}"
                    ));
                }
            }
            Err(error) => problems.push(format!("{path}: {what}: {error}")),
        }
        say!("{path}: {what}");
    }
    Ok(problems)
}

fn listed(rules: &BTreeSet<&str>) -> String {
    if rules.is_empty() {
        return "no rule".to_owned();
    }
    rules.iter().copied().collect::<Vec<_>>().join(", ")
}
