use std::fmt;
use std::path::{Path, PathBuf};

/// One thing to mend in the book: where, what is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The page (or `book.toml`).
    pub file: PathBuf,
    /// Line in `file`, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub right: String,
}

impl Problem {
    /// A problem at `line` of `file`.
    pub fn new(
        file: &Path,
        line: usize,
        what: impl Into<String>,
        right: impl Into<String>,
    ) -> Self {
        Self { file: file.to_owned(), line, what: what.into(), right: right.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.file.display(), self.line, self.what, self.right)
    }
}
