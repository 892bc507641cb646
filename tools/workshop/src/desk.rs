//! The participant's file: nothing of it is lost.

use crate::{Error, Exercise};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Writes `text` where the participant's answer is. What stood there, and is neither that nor the
/// starter, is kept; its copy is given back.
///
/// # Errors
///
/// A file cannot be read or written.
pub fn put(root: &Path, exercise: &Exercise, text: &str) -> Result<Option<PathBuf>, Error> {
    let answer = exercise.answer();
    let before = fs::read(&answer).unwrap_or_default();
    let worth_keeping =
        !before.is_empty() && before != text.as_bytes() && before != exercise.starter()?.as_bytes();
    let kept = worth_keeping.then(|| free_name(root, exercise));
    if let Some(copy) = &kept {
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
        fs::write(copy, before).map_err(Error::file(copy))?;
    }
    fs::write(&answer, text).map_err(Error::file(&answer))?;
    Ok(kept)
}

/// `exercises/.kept/01_paste/01_add_header.2.rs`, the first number that is free.
fn free_name(root: &Path, exercise: &Exercise) -> PathBuf {
    let kept = root.join(".kept").join(&exercise.path);
    let name = |number: u32| kept.with_extension(format!("{number}.rs"));
    (1..).map(name).find(|copy| !copy.exists()).unwrap_or_else(|| name(0))
}
