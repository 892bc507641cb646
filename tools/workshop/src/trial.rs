//! The rules of an exercise, run.

use crate::{Error, rules::Outcome};
use std::{path::Path, process::Stdio, time::Duration};
use tokio::{process::Command, time::timeout};

/// Who thinks longer than this thinks for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// What each rule said, in the order in which they ended.
///
/// # Errors
///
/// The program cannot be started, does not end, or dies before it has asked all rules.
pub fn run(exercise: &str, program: &Path, folder: &Path) -> Result<Vec<Outcome>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::trial(exercise, &error))?;
    runtime.block_on(ask(exercise, program, folder))
}

async fn ask(exercise: &str, program: &Path, folder: &Path) -> Result<Vec<Outcome>, Error> {
    let mut rules = Command::new(program);
    rules.args(["--show-output", "--color", "never"]).current_dir(folder);
    rules.env("RUST_BACKTRACE", "0").env_remove("RUST_TEST_NOCAPTURE");
    let rules = rules.stdin(Stdio::null()).kill_on_drop(true).output();
    let ended = timeout(PATIENCE, rules).await.map_err(|_| {
        let seconds = PATIENCE.as_secs();
        Error::trial(
            exercise,
            &format!("no end after {seconds} s; does something wait for itself?"),
        )
    })?;
    let ended = ended.map_err(|error| Error::trial(exercise, &error))?;
    let said = String::from_utf8_lossy(&ended.stdout);
    Outcome::all(&said).ok_or_else(|| {
        let (status, error) = (ended.status, String::from_utf8_lossy(&ended.stderr));
        Error::trial(exercise, &format!("they did not come to their end ({status})\n{said}{error}"))
    })
}
