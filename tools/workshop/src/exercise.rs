//! An exercise, as its folder has it.

use crate::{Error, starter};
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// One exercise.
#[derive(Clone, Debug)]
pub struct Exercise {
    /// `1.2`: the second of chapter 1.
    pub id: String,
    /// `02_by_method`, without its number.
    pub name: String,
    /// `01_paste/02_by_method`, below the folder of all exercises.
    pub path: PathBuf,
    /// Its folder.
    pub folder: PathBuf,
    /// What its `exercise.toml` says.
    pub card: Card,
}

/// What stands in an `exercise.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// What it is about, in a few words.
    pub title: String,
    /// The chapter that it belongs to.
    pub chapter: u32,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// Which of mini-nova's promises it keeps: `a paste filter factory`.
    pub implements: String,
    /// The rules that the starter breaks.
    pub starter_fails: Vec<String>,
    /// From a nudge to nearly the code.
    pub hints: Vec<String>,
    /// Answers that look right, and are not.
    pub wrong: Vec<WrongAnswer>,
}

/// The solution with one text replaced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrongAnswer {
    /// What is wrong with it.
    pub why: String,
    /// What of the solution is replaced.
    pub find: String,
    /// What stands there instead.
    pub replace: String,
    /// The rules that it breaks.
    pub fails: Vec<String>,
}

impl Exercise {
    /// The exercise in `folder`, whose name is `01_paste/02_by_method` below the others.
    ///
    /// # Errors
    ///
    /// It has no readable `exercise.toml`, or its folder's name has no number in front.
    pub fn read(folder: &Path, path: &Path) -> Result<Self, Error> {
        let file = folder.join("exercise.toml");
        let text = fs::read_to_string(&file).map_err(Error::file(&file))?;
        let card: Card = toml::from_str(&text).map_err(|error| Error::malformed(&file, &error))?;
        let folder_name = path.file_name().unwrap_or_default().to_string_lossy();
        let numbered = folder_name.split_once('_');
        let Some((number, name)) =
            numbered.and_then(|(number, name)| Some((number.parse::<u32>().ok()?, name)))
        else {
            return Err(Error::malformed(folder, &"a number, `_` and a name are wanted"));
        };
        Ok(Self {
            id: format!("{}.{number}", card.chapter),
            name: name.to_owned(),
            path: path.to_owned(),
            folder: folder.to_owned(),
            card,
        })
    }

    /// The file that a participant changes.
    pub fn answer(&self) -> PathBuf {
        self.folder.join("src/lib.rs")
    }

    /// The text of one of its files.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn text(&self, file: &str) -> Result<String, Error> {
        let file = self.folder.join(file);
        fs::read_to_string(&file).map_err(Error::file(&file))
    }

    /// The solution, as a participant could have written it.
    ///
    /// # Errors
    ///
    /// There is none, or its marks are not in order.
    pub fn solution(&self) -> Result<String, Error> {
        self.of_solution(starter::solution)
    }

    /// The file that a participant begins with.
    ///
    /// # Errors
    ///
    /// As [`solution`](Self::solution).
    pub fn starter(&self) -> Result<String, Error> {
        self.of_solution(starter::starter)
    }

    fn of_solution(&self, cut: fn(&str) -> Result<String, String>) -> Result<String, Error> {
        let marked = self.text("solution.rs")?;
        cut(&marked).map_err(|problem| Error::malformed(&self.folder.join("solution.rs"), &problem))
    }
}
