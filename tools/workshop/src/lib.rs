//! The workshop's runner, `cargo workshop`.
//!
//! It finds the exercises, builds one, runs its rules and tells which of them is broken. For the
//! authors it proves the exercises themselves: [`verify`].
//!
//! # Layout
//!
//! - [`exercise`]: an exercise as its folder has it; [`exercises`]: all of them, and one by its
//!   name.
//! - [`starter`]: from the solution to the file that a participant is given.
//! - [`build`]: cargo, asked for the rules of one exercise or of all. [`trial`]: the rules, run;
//!   [`rules`]: what libtest printed about them. [`report`]: the same for a person.
//! - [`progress`]: what was done, in a plain file. [`desk`]: the participant's file, written over
//!   only after a copy was kept.
//! - [`cli`]: the commands.
//! - [`verify`]: starters fail as they should, solutions pass, wrong answers are found.

/// Prints a line. Whoever reads may have had enough (`| head`): a closed stdout leaves nobody to tell.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

pub mod build;
pub mod cli;
pub mod desk;
pub mod error;
pub mod exercise;
pub mod exercises;
pub mod progress;
pub mod report;
pub mod rules;
pub mod starter;
pub mod trial;
pub mod verify;

pub use error::Error;
pub use exercise::Exercise;
pub use exercises::Exercises;
