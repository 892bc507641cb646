//! The book as it is written: settings, `SUMMARY.md`, pages.

use std::fs;
use std::path::{Path, PathBuf};

use mdbook_driver::config::Config;

use crate::Error;

/// One Markdown file.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where the file is, for messages and for reading what lies beside it.
    pub file: PathBuf,
    /// Its path below `src`, `/` between the parts: `ch01-paste.md`.
    pub name: String,
    /// Its text, before mdBook has touched it.
    pub text: String,
}

impl Page {
    /// The finished page's name: `ch01-paste.html`. mdBook makes a `README.md` the index.
    pub fn html_name(&self) -> String {
        let (folder, file) = self.name.rsplit_once('/').unwrap_or(("", &self.name));
        let stem = file.strip_suffix(".md").unwrap_or(file);
        let stem = if stem.eq_ignore_ascii_case("readme") { "index" } else { stem };
        if folder.is_empty() { format!("{stem}.html") } else { format!("{folder}/{stem}.html") }
    }

    /// The lines (from 1) that contain `needle`.
    pub fn lines_with(&self, needle: &str) -> Vec<usize> {
        let lines = self.text.lines().zip(1..);
        lines.filter(|(text, _)| text.contains(needle)).map(|(_, line)| line).collect()
    }
}

/// Everything mdBook reads before it renders.
#[derive(Debug, Clone)]
pub struct Source {
    /// The directory of `book.toml`.
    pub root: PathBuf,
    /// `book.toml`, and what `MDBOOK_*` variables change in it.
    pub config: Config,
    /// `SUMMARY.md`.
    pub summary: Page,
    /// Every other `.md` file below `src`, by name, whether `SUMMARY.md` names it or not.
    pub pages: Vec<Page>,
}

impl Source {
    /// Reads the book whose `book.toml` is in `root`. Fails if that file or `SUMMARY.md` cannot be
    /// read, or if a page is no UTF-8.
    pub fn load(root: &Path) -> Result<Self, Error> {
        let settings = root.join("book.toml");
        let config = Config::from_disk(&settings)
            .and_then(|mut config| config.update_from_env().map(|()| config))
            .map_err(|reason| Error::mdbook(&settings, reason))?;
        let src = root.join(&config.book.src);
        let summary = read_page(&src, src.join("SUMMARY.md"))?;
        let mut pages = Vec::new();
        for file in files_below(&src)? {
            let is_page = file.extension().is_some_and(|extension| extension == "md");
            if is_page && file != summary.file {
                pages.push(read_page(&src, file)?);
            }
        }
        Ok(Self { root: root.to_owned(), config, summary, pages })
    }

    /// The directory of the pages.
    pub fn src(&self) -> PathBuf {
        self.root.join(&self.config.book.src)
    }
}

fn read_page(src: &Path, file: PathBuf) -> Result<Page, Error> {
    let text = fs::read_to_string(&file).map_err(|reason| Error::file(&file, reason))?;
    let name = name_below(src, &file);
    Ok(Page { file, name, text })
}

/// `file`'s path below `root`, with `/` on every system.
pub(crate) fn name_below(root: &Path, file: &Path) -> String {
    let below = file.strip_prefix(root).unwrap_or(file);
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// Every file below `root`, in order of path.
pub(crate) fn files_below(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory).map_err(|reason| Error::file(&directory, reason))?;
        for entry in entries {
            let path = entry.map_err(|reason| Error::file(&directory, reason))?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
