//! All exercises, in the order of the chapters.

use crate::{Error, Exercise};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The exercises of a folder.
#[derive(Debug)]
pub struct Exercises {
    /// The folder.
    pub root: PathBuf,
    /// They, in order.
    pub all: Vec<Exercise>,
}

impl Exercises {
    /// Those below `root`: every folder `NN_chapter/NN_name`.
    ///
    /// # Errors
    ///
    /// There are none, or one of them has no readable `exercise.toml`.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let mut all = Vec::new();
        for chapter in numbered(root)? {
            for name in numbered(&root.join(&chapter))? {
                let path = chapter.join(name);
                all.push(Exercise::read(&root.join(&path), &path)?);
            }
        }
        if all.is_empty() {
            return Err(Error::malformed(root, &"there are no exercises here"));
        }
        Ok(Self { root: root.to_owned(), all })
    }

    /// The exercise that somebody calls `1.2`, `by_method`, or by its folder.
    ///
    /// # Errors
    ///
    /// There is none; with those that there are.
    pub fn find(&self, asked: &str) -> Result<&Exercise, Error> {
        let called = asked.trim_end_matches('/');
        let is_it = |one: &&Exercise| {
            one.id == called || one.name == called || Path::new(called).ends_with(&one.path)
        };
        self.all.iter().find(is_it).ok_or_else(|| {
            let there: Vec<_> = self.all.iter().map(|one| one.id.as_str()).collect();
            Error::NoSuchExercise { asked: asked.to_owned(), there: there.join(", ") }
        })
    }
}

/// A path as somebody wants to see it: from the folder that the runner is called in, if it is below
/// that.
pub fn shown(path: &Path) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).to_owned()
}

/// The folders in `folder` whose names begin with a number, in order.
fn numbered(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let entry = entry.map_err(Error::file(folder))?;
        let name = entry.file_name();
        let is_numbered = name.to_string_lossy().split_once('_').is_some_and(|(number, _)| {
            number.len() == 2 && number.bytes().all(|digit| digit.is_ascii_digit())
        });
        if is_numbered && entry.path().is_dir() {
            found.push(PathBuf::from(name));
        }
    }
    found.sort();
    Ok(found)
}
