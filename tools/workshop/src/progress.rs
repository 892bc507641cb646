//! What was done: a plain file, for this working copy only.
//!
//! ```text
//! 1.1 done
//! 1.2 hints 2
//! ```

use crate::Error;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

const HEADING: &str = "# What `cargo workshop` remembers. Delete this file to begin anew.\n";

/// How far somebody is with the exercises.
#[derive(Debug)]
pub struct Progress {
    file: PathBuf,
    by_id: BTreeMap<String, Entry>,
}

/// How far somebody is with one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// All rules were kept, at the last check.
    pub done: bool,
    /// The solution was taken over, to catch up with the others.
    pub caught_up: bool,
    /// So many hints were read.
    pub hints: usize,
}

impl Progress {
    /// What the file `.progress` in `folder` remembers; nothing if there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read, or has a line that means nothing.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let file = folder.join(".progress");
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(Error::file(&file))?,
        };
        let mut progress = Self { file, by_id: BTreeMap::new() };
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if progress.take(line).is_none() {
                let problem = format!(
                    "line {number} means nothing: {line:?}; like `1.1 done`, `1.1 caught-up` or \
                     `1.1 hints 2` it should be. Mend it, or delete the file to begin anew"
                );
                return Err(Error::malformed(&progress.file, &problem));
            }
        }
        Ok(progress)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let mut words = line.split_whitespace();
        let entry = self.by_id.entry(words.next()?.to_owned()).or_default();
        match (words.next()?, words.next(), words.next()) {
            ("done", None, None) => entry.done = true,
            ("caught-up", None, None) => entry.caught_up = true,
            ("hints", Some(count), None) => entry.hints = count.parse().ok()?,
            _ => return None,
        }
        Some(())
    }

    /// How far somebody is with the exercise `id`.
    pub fn of(&self, id: &str) -> Entry {
        self.by_id.get(id).copied().unwrap_or_default()
    }

    /// Changes that, and writes it down.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn note(&mut self, id: &str, change: impl FnOnce(&mut Entry)) -> Result<(), Error> {
        let before = self.of(id);
        let entry = self.by_id.entry(id.to_owned()).or_default();
        change(entry);
        if *entry == before {
            return Ok(());
        }
        let mut text = HEADING.to_owned();
        for (id, Entry { done, caught_up, hints }) in &self.by_id {
            let said = [
                done.then(|| "done".to_owned()),
                caught_up.then(|| "caught-up".to_owned()),
                (*hints > 0).then(|| format!("hints {hints}")),
            ];
            text.extend(said.into_iter().flatten().map(|said| format!("{id} {said}\n")));
        }
        fs::write(&self.file, text).map_err(Error::file(&self.file))
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Progress};
    use std::fs;

    #[test]
    fn what_is_noted_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut progress = Progress::read(folder.path()).unwrap();
        progress.note("1.2", |entry| entry.hints = 2).unwrap();
        progress.note("10.1", |entry| entry.done = true).unwrap();
        let again = Progress::read(folder.path()).unwrap();
        assert_eq!(again.of("1.2"), Entry { hints: 2, ..Entry::default() });
        assert_eq!(again.of("10.1"), Entry { done: true, ..Entry::default() });
        assert_eq!(again.of("1.1"), Entry::default());
    }

    #[test]
    fn a_line_that_means_nothing_is_told_and_the_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".progress");
        fs::write(&file, "1.1 done\n1.2 nearly\n").unwrap();
        let error = Progress::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("line 2 means nothing: \"1.2 nearly\""), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "1.1 done\n1.2 nearly\n");
    }
}
