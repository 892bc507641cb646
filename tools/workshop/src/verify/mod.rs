//! The proof that the exercises are right.
//!
//! - `cards`: what can be seen without building: hints, minutes, wrong answers that apply, the
//!   chapter that names the exercise, a fresh starter.
//! - `scratch`: a copy of the exercises, in which anything may stand where answers stand.
//! - `round`: all exercises at once, each with an answer; what the rules make of it.

mod cards;
mod round;
mod scratch;

use crate::{Error, Exercise, Exercises, desk};
use round::{Answer, round};
use scratch::Scratch;
use std::process::ExitCode;

/// Checks the exercises called `only`, or all, and prints what is wrong. With `update`, the
/// starters are written first; what stood there is kept.
///
/// # Errors
///
/// A file cannot be read or written, or cargo cannot be started.
pub fn verify(exercises: &Exercises, only: &[String], update: bool) -> Result<ExitCode, Error> {
    let chosen = match only {
        [] => exercises.all.iter().collect(),
        only => only.iter().map(|asked| exercises.find(asked)).collect::<Result<Vec<_>, _>>()?,
    };
    if update {
        for exercise in &chosen {
            desk::put(&exercises.root, exercise, &exercise.starter()?)?;
        }
    }
    let mut problems = cards::check(exercises, &chosen)?;
    let scratch = Scratch::of(exercises, &chosen)?;
    problems.extend(starters(&scratch, &chosen)?);
    problems.extend(solutions(&scratch, &chosen)?);
    problems.extend(wrong_answers(&scratch, &chosen)?);
    for problem in &problems {
        eprintln!("{problem}");
    }
    say!("{} exercises, {} problems", chosen.len(), problems.len());
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every starter compiles, and breaks the rules that it is said to break.
fn starters(scratch: &Scratch, chosen: &[&Exercise]) -> Result<Vec<String>, Error> {
    let mut answers = Vec::new();
    for exercise in chosen {
        answers.push(Answer {
            exercise,
            what: "its starter".into(),
            text: exercise.starter()?,
            fails: exercise.card.starter_fails.clone(),
        });
    }
    round(scratch, &answers)
}

/// Every solution keeps all rules; it is formatted, and rustc and Clippy have nothing to say.
fn solutions(scratch: &Scratch, chosen: &[&Exercise]) -> Result<Vec<String>, Error> {
    let mut answers = Vec::new();
    for exercise in chosen {
        let text = exercise.solution()?;
        let what = "its solution".into();
        answers.push(Answer { exercise, what, text, fails: Vec::new() });
    }
    let mut problems = round(scratch, &answers)?;
    let lints = ["clippy", "--quiet", "--workspace", "--all-targets", "--"];
    let strict = ["-D", "warnings", "-D", "unused"];
    if !scratch.cargo(&[&lints[..], &strict].concat())? {
        problems.push("solutions, or their rules, have lints: see above".into());
    }
    if !scratch.cargo(&["fmt", "--check"])? {
        problems.push("solutions, or their rules, are not formatted: see above".into());
    }
    Ok(problems)
}

/// Every wrong answer breaks the rules that it is said to break.
fn wrong_answers(scratch: &Scratch, chosen: &[&Exercise]) -> Result<Vec<String>, Error> {
    let most = chosen.iter().map(|exercise| exercise.card.wrong.len()).max().unwrap_or(0);
    let mut problems = Vec::new();
    for number in 0..most {
        let mut answers = Vec::new();
        for exercise in chosen {
            if let Some(wrong) = exercise.card.wrong.get(number) {
                answers.push(Answer {
                    exercise,
                    what: format!("a wrong answer ({})", wrong.why),
                    text: exercise.solution()?.replace(&wrong.find, &wrong.replace),
                    fails: wrong.fails.clone(),
                });
            }
        }
        problems.extend(round(scratch, &answers)?);
    }
    Ok(problems)
}
