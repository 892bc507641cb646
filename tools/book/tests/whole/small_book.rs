//! A small good book in a temporary directory, which each test spoils in its own way.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

const GOOD: &[(&str, &str)] = &[
    ("book/book.toml", "[book]\ntitle = \"Small\"\n[build]\ncreate-missing = false\n"),
    ("book/src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n- [Two](deep/two.md)\n"),
    ("book/src/one.md", "# One {#one}\n\n[two](deep/two.md#two) [up](#one)\n"),
    ("book/src/deep/two.md", "# Two {#two}\n\n[one](../one.md#one)\n"),
    ("code.rs", "// ANCHOR: main\nfn main() {}\n// ANCHOR_END: main\n"),
];

/// The book's directory; what is beside it in `directory` is the code it includes.
pub(crate) struct SmallBook {
    directory: TempDir,
}

impl SmallBook {
    /// The good book.
    pub(crate) fn good() -> Self {
        Self::with(&[])
    }

    /// The good book, with these files written over it.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let book = Self { directory: tempfile::tempdir().unwrap() };
        for (name, text) in GOOD.iter().chain(files) {
            book.write(name, text);
        }
        book
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let file = self.directory.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().join("book")
    }
}
