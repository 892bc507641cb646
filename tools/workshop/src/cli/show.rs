//! What can be said of exercises without building one.

use super::first_open;
use crate::{Error, Exercise, Exercises, exercises::shown, progress::Progress};
use similar::TextDiff;
use std::path::Path;

/// All exercises, a line each.
pub(super) fn list(exercises: &Exercises, progress: &Progress) {
    let width = exercises.all.iter().map(|one| one.card.title.chars().count()).max().unwrap_or(0);
    let (mut chapter, mut done) = (0, 0);
    for exercise in &exercises.all {
        if exercise.card.chapter != chapter {
            chapter = exercise.card.chapter;
            say!("\nChapter {chapter}");
        }
        let entry = progress.of(&exercise.id);
        let state = match (entry.done, entry.caught_up, entry.hints) {
            (true, _, _) => "done".to_owned(),
            (_, true, _) => "caught up".to_owned(),
            (_, _, 0) => String::new(),
            (_, _, 1) => "1 hint read".to_owned(),
            (_, _, hints) => format!("{hints} hints read"),
        };
        done += u32::from(entry.done);
        let (id, title, minutes) = (&exercise.id, &exercise.card.title, exercise.card.minutes);
        let line = format!("  {id:<5} {title:<width$}  {minutes:>3} min  {state}");
        say!("{}", line.trim_end());
    }
    let minutes: u32 = exercises.all.iter().map(|one| one.card.minutes).sum();
    let (hours, rest) = (minutes / 60, minutes % 60);
    say!("\n{done} of {} done; all of them take {hours} h {rest:02} min.", exercises.all.len());
}

/// The next exercise: its text, its file, and what to type.
pub(super) fn next(exercises: &Exercises, progress: &Progress) -> Result<(), Error> {
    let Some(exercise) = first_open(exercises, progress) else {
        super::all_done();
        return Ok(());
    };
    let Exercise { id, card, .. } = exercise;
    say!("{id}   chapter {}, {} minutes: {}\n", card.chapter, card.minutes, card.implements);
    say!("{}", exercise.text("README.md")?.trim_end());
    say!("\nYour file   {}", shown(&exercise.answer()).display());
    say!("Try it      cargo workshop check {id}     or, at each change: cargo workshop watch {id}");
    say!("Stuck?      cargo workshop hint {id}");
    Ok(())
}

/// The hints that were read already, and one more.
pub(super) fn hint(progress: &mut Progress, exercise: &Exercise) -> Result<(), Error> {
    let (id, hints) = (&exercise.id, &exercise.card.hints);
    let read = (progress.of(id).hints + 1).min(hints.len());
    progress.note(id, |entry| entry.hints = read)?;
    for (number, hint) in (1..).zip(&hints[..read]) {
        say!("Hint {number} of {}\n", hints.len());
        hint.trim().lines().for_each(|line| say!("  {line}"));
        say!();
    }
    if read < hints.len() {
        say!("More: cargo workshop hint {id}");
    } else {
        say!("That was the last one. Still stuck? cargo workshop solution {id} --peek");
    }
    Ok(())
}

/// How the participant's file and the solution differ.
pub(super) fn diff(exercise: &Exercise) -> Result<(), Error> {
    let (yours, solution) = (exercise.text("src/lib.rs")?, exercise.solution()?);
    if yours == solution {
        say!("Yours is the solution.");
        return Ok(());
    }
    let diff = TextDiff::from_lines(&yours, &solution);
    let mut diff = diff.unified_diff();
    say!("{}", diff.context_radius(3).header("yours", "the solution").to_string().trim_end());
    Ok(())
}

/// Where a copy was kept.
pub(super) fn kept(copy: Option<&Path>) {
    if let Some(copy) = copy {
        say!("  What you had written is in {}.", shown(copy).display());
    }
}
