//! An exercise is checked whenever its file changes.

use super::check::check;
use crate::{Error, Exercise, Exercises, exercises::shown, progress::Progress};
use std::{
    fs,
    path::Path,
    thread::sleep,
    time::{Duration, SystemTime},
};

/// How often the files are looked at. Their times are all that is needed: no library that is told
/// of changes works on every system and every shared folder.
const LOOK: Duration = Duration::from_millis(300);

/// Checks, waits for a change, and checks again. Ctrl-C ends it.
pub(super) fn watch(
    exercises: &Exercises,
    progress: &mut Progress,
    exercise: &Exercise,
) -> Result<(), Error> {
    loop {
        let seen = changed(&exercise.folder);
        if let Err(error) = check(exercises, progress, exercise) {
            say!("\n{error}");
        }
        say!(
            "\nWaiting for a change of {}; Ctrl-C ends it.\n",
            shown(&exercise.answer()).display()
        );
        while changed(&exercise.folder) == seen {
            sleep(LOOK);
        }
    }
}

/// When something of the exercise was changed last.
fn changed(folder: &Path) -> Option<SystemTime> {
    let files = ["src", "tests", "Cargo.toml"].map(|name| folder.join(name));
    files.iter().filter_map(|file| newest(file)).max()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let own = fs::metadata(path).and_then(|about| about.modified()).ok();
    let within = fs::read_dir(path).into_iter().flatten().flatten();
    within.filter_map(|entry| newest(&entry.path())).chain(own).max()
}
