//! The finished files, held in memory.
//!
//! The checks ask which of them exist, the server hands them out: a name that is no key here is
//! not found, so a request cannot leave the book.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hyper::body::Bytes;

use crate::source::{files_below, name_below};
use crate::{Error, Source, render};

/// A build of the book: file name (`ch01-paste.html`, `css/general.css`) to content.
#[derive(Debug, Default, Clone)]
pub struct Site {
    files: BTreeMap<String, Bytes>,
}

impl Site {
    /// Renders the book in a temporary directory and takes the result.
    pub fn build(source: &Source) -> Result<Self, Error> {
        let directory =
            tempfile::tempdir().map_err(|reason| Error::file(&std::env::temp_dir(), reason))?;
        render::render(source, directory.path())?;
        Self::read(directory.path())
    }

    /// Takes a build that is in `directory`.
    pub fn read(directory: &Path) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
        for file in files_below(directory)? {
            let content = fs::read(&file).map_err(|reason| Error::file(&file, reason))?;
            files.insert(name_below(directory, &file), Bytes::from(content));
        }
        Ok(Self { files })
    }

    /// A file's content; `None` if the book has no file of that name.
    pub fn get(&self, name: &str) -> Option<&Bytes> {
        self.files.get(name)
    }
}
