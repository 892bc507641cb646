//! Why the runner cannot do what it is asked to.

use std::{
    io,
    path::{Path, PathBuf},
};

/// What keeps the runner from its work; what is wrong with a participant's file is none.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {reason}", file.display())]
    File {
        /// The file or folder.
        file: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// A file does not say what it should.
    #[error("{}: {problem}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such exercise.
    #[error("there is no exercise {asked:?}; there are {there}")]
    NoSuchExercise {
        /// What was asked for.
        asked: String,
        /// What could have been.
        there: String,
    },
    /// A solution is for those who have one, or have read the hints.
    #[error(
        "{0} is not done. `cargo workshop hint {0}` gives a hint; with --peek the solution is \
         shown all the same"
    )]
    NotDone(String),
    /// Cargo could not be started.
    #[error("cargo: {0}")]
    Cargo(io::Error),
    /// The rules could not be started, or what they print cannot be read.
    #[error("the rules of {exercise}: {problem}")]
    Trial {
        /// Which exercise's.
        exercise: String,
        /// What happened instead.
        problem: String,
    },
}

impl Error {
    /// For `map_err`: what went wrong was about `file`.
    pub(crate) fn file(file: &Path) -> impl FnOnce(io::Error) -> Self {
        move |reason| Self::File { file: file.to_owned(), reason }
    }

    pub(crate) fn malformed(file: &Path, problem: &dyn ToString) -> Self {
        Self::Malformed { file: file.to_owned(), problem: problem.to_string() }
    }

    pub(crate) fn trial(exercise: &str, problem: &dyn ToString) -> Self {
        Self::Trial { exercise: exercise.to_owned(), problem: problem.to_string() }
    }
}
