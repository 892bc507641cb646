//! An exercise is built, and its rules are asked.

use super::first_open;
use crate::{
    Error, Exercise, Exercises, build, exercises::shown, progress::Progress, report::report,
    rules::Outcome, trial,
};
use std::{io::IsTerminal, process::ExitCode};

/// Builds it, asks the rules, and says what came of it.
pub(super) fn check(
    exercises: &Exercises,
    progress: &mut Progress,
    exercise: &Exercise,
) -> Result<ExitCode, Error> {
    let Exercise { id, card, folder, .. } = exercise;
    say!("{id} {}\n", card.title);
    progress.note(id, |entry| entry.done = false)?;
    // Somebody who watches sees cargo at work: the first time it takes a minute.
    let quiet = if std::io::stderr().is_terminal() { &[][..] } else { &["--quiet"] };
    let built = build::rules(folder, quiet)?;
    let file = shown(&exercise.answer());
    let Some(program) = built.rules.values().next().filter(|_| built.compiles) else {
        say!("\nIt does not compile yet. Begin with the first error; the others often follow.");
        say!("Your file   {}", file.display());
        return Ok(ExitCode::FAILURE);
    };
    // The order in which they stand in the file, from the plain to the whole.
    let mut outcomes = trial::run(id, program, folder)?;
    let text = exercise.text("tests/exercise.rs")?;
    outcomes.sort_by_key(|outcome| text.find(&format!("fn {}(", outcome.rule)));
    say!("{}\n", report(&outcomes, &shown(&exercises.root)).trim_end());
    let broken = outcomes.iter().filter(|outcome| !outcome.kept).count();
    progress.note(id, |entry| entry.done = broken == 0)?;
    if broken == 0 {
        done(exercises, progress, exercise);
        return Ok(ExitCode::SUCCESS);
    }
    say!("{}", count(broken, &outcomes));
    say!("Your file   {}", file.display());
    say!("Stuck?      cargo workshop hint {id}");
    Ok(ExitCode::FAILURE)
}

fn count(broken: usize, outcomes: &[Outcome]) -> String {
    match (broken, outcomes.len()) {
        (1, all) => format!("1 of {all} rules is broken."),
        (broken, all) => format!("{broken} of {all} rules are broken."),
    }
}

fn done(exercises: &Exercises, progress: &Progress, exercise: &Exercise) {
    let id = &exercise.id;
    say!("{id} is done. To compare: cargo workshop diff {id}");
    match first_open(exercises, progress) {
        Some(next) => say!("Next: {} {} (cargo workshop next)", next.id, next.card.title),
        None => {
            super::all_done();
        }
    }
}
