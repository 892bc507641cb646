//! The command line.

mod check;
mod show;
mod watch;

use crate::{Error, Exercise, Exercises, desk, progress::Progress, verify};
use clap::{Parser, Subcommand};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Exercises in a real cloud, one stage a chapter.
///
/// Without a command it says what is next. N is a number such as 1.2, a name such as add_header, or
/// a folder. What you have done is noted in exercises/.progress; what you wrote is never lost: who
/// writes over it keeps a copy in exercises/.kept.
#[derive(Debug, Parser)]
#[command(name = "cargo workshop", bin_name = "cargo workshop")]
struct Cli {
    /// The folder of the exercises [default: exercises, in the repository]
    #[arg(long, global = true, value_name = "DIR")]
    exercises: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show all exercises, and which are done
    List,
    /// Show what is to be done next
    Next,
    /// Build an exercise and look at its rules
    Check {
        /// Which one [default: the next one]
        n: Option<String>,
    },
    /// Check again whenever the file changes; Ctrl-C ends it
    Watch {
        /// Which one [default: the next one]
        n: Option<String>,
    },
    /// Give a hint, and at the next call one that says more
    Hint {
        /// For which one [default: the next one]
        n: Option<String>,
    },
    /// Print the solution of an exercise that is done
    Solution {
        /// Of which one
        n: String,
        /// Although it is not done
        #[arg(long)]
        peek: bool,
    },
    /// Show how yours and the solution differ
    Diff {
        /// Of which one
        n: String,
        /// Although it is not done
        #[arg(long)]
        peek: bool,
    },
    /// Begin an exercise anew; what you wrote is kept beside
    Reset {
        /// Which one
        n: String,
    },
    /// Take over the solutions of all that comes before N, so that you can go on with the others
    CatchUp {
        /// Where the others are
        n: String,
    },
    /// For authors: prove that starters, solutions, rules and hints are right
    Verify {
        /// Only these
        n: Vec<String>,
        /// Write the starters anew, of the solutions
        #[arg(long)]
        update: bool,
    },
}

/// Runs what the command line asks for. Wrong usage ends the process with status 2.
///
/// # Errors
///
/// A file cannot be read or written, or there is no such exercise.
pub fn run() -> Result<ExitCode, Error> {
    let cli = Cli::parse();
    let exercises = Exercises::read(&cli.exercises.unwrap_or_else(workshop))?;
    let mut progress = Progress::read(&exercises.root)?;
    match cli.command.unwrap_or(Command::Next) {
        Command::List => show::list(&exercises, &progress),
        Command::Next => show::next(&exercises, &progress)?,
        Command::Check { n } => {
            let Some(exercise) = or_next(&exercises, &progress, n)? else { return Ok(all_done()) };
            return check::check(&exercises, &mut progress, exercise);
        }
        Command::Watch { n } => {
            let Some(exercise) = or_next(&exercises, &progress, n)? else { return Ok(all_done()) };
            watch::watch(&exercises, &mut progress, exercise)?;
        }
        Command::Hint { n } => {
            let Some(exercise) = or_next(&exercises, &progress, n)? else { return Ok(all_done()) };
            show::hint(&mut progress, exercise)?;
        }
        Command::Solution { n, peek } => {
            say!("{}", allowed(&exercises, &progress, &n, peek)?.solution()?.trim_end());
        }
        Command::Diff { n, peek } => {
            show::diff(allowed(&exercises, &progress, &n, peek)?)?;
        }
        Command::Reset { n } => reset(&exercises, &mut progress, &n)?,
        Command::CatchUp { n } => catch_up(&exercises, &mut progress, &n)?,
        Command::Verify { n, update } => return verify::verify(&exercises, &n, update),
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder of the exercises, in the repository that this was built from.
fn workshop() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap_or(Path::new(".")).join("exercises")
}

/// The first that is neither done nor caught up with.
fn first_open<'a>(exercises: &'a Exercises, progress: &Progress) -> Option<&'a Exercise> {
    exercises.all.iter().find(|one| {
        let entry = progress.of(&one.id);
        !entry.done && !entry.caught_up
    })
}

fn or_next<'a>(
    exercises: &'a Exercises,
    progress: &Progress,
    asked: Option<String>,
) -> Result<Option<&'a Exercise>, Error> {
    match asked {
        Some(asked) => exercises.find(&asked).map(Some),
        None => Ok(first_open(exercises, progress)),
    }
}

fn all_done() -> ExitCode {
    say!("All exercises are done. `cargo workshop list` shows them.");
    ExitCode::SUCCESS
}

/// The exercise, if its solution may be shown.
fn allowed<'a>(
    exercises: &'a Exercises,
    progress: &Progress,
    asked: &str,
    peek: bool,
) -> Result<&'a Exercise, Error> {
    let exercise = exercises.find(asked)?;
    let entry = progress.of(&exercise.id);
    match peek || entry.done || entry.caught_up {
        true => Ok(exercise),
        false => Err(Error::NotDone(exercise.id.clone())),
    }
}

fn reset(exercises: &Exercises, progress: &mut Progress, asked: &str) -> Result<(), Error> {
    let exercise = exercises.find(asked)?;
    let kept = desk::put(&exercises.root, exercise, &exercise.starter()?)?;
    progress.note(&exercise.id, |entry| *entry = crate::progress::Entry::default())?;
    say!("{} {} is as it was at the beginning.", exercise.id, exercise.card.title);
    show::kept(kept.as_deref());
    Ok(())
}

fn catch_up(exercises: &Exercises, progress: &mut Progress, asked: &str) -> Result<(), Error> {
    let goal = exercises.find(asked)?;
    let before = exercises.all.iter().take_while(|one| one.id != goal.id);
    let mut taken = 0;
    for exercise in before {
        if progress.of(&exercise.id).done {
            continue;
        }
        let kept = desk::put(&exercises.root, exercise, &exercise.solution()?)?;
        progress.note(&exercise.id, |entry| entry.caught_up = true)?;
        say!("{} {}: the solution was taken over.", exercise.id, exercise.card.title);
        show::kept(kept.as_deref());
        taken += 1;
    }
    if taken == 0 {
        say!("All before {} is done; there is nothing to catch up with.", goal.id);
    }
    say!("\nGo on with {}: cargo workshop check {}", goal.card.title, goal.id);
    Ok(())
}
