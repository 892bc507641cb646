//! mdBook, told to leave nothing behind and to delete nothing of yours.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;

use crate::checks::summary;
use crate::{Error, Source};

/// Renders the book into `destination`, which mdBook empties first. A chapter that `SUMMARY.md`
/// names and that does not exist becomes a draft (listed, without a page), so that one missing
/// file does not hide the problems of all the others.
pub fn render(source: &Source, destination: &Path) -> Result<(), Error> {
    refuse_what_mdbook_would_delete(destination)?;
    let listing = mdbook_summary::parse_summary(&summary::with_drafts(source))
        .map_err(|reason| Error::mdbook(&source.summary.file, reason))?;
    let mut config = source.config.clone();
    config.build.build_dir = absolute(destination)?;
    MDBook::load_with_config_and_summary(&source.root, config, listing)
        .and_then(|book| book.build())
        .map_err(|reason| Error::mdbook(&source.root, reason))
}

/// Where `book.toml` says the pages go.
pub fn default_destination(source: &Source) -> PathBuf {
    source.root.join(&source.config.build.build_dir)
}

/// Every HTML build of mdBook leaves a `.nojekyll`; a directory without one is somebody's work.
fn refuse_what_mdbook_would_delete(destination: &Path) -> Result<(), Error> {
    if !destination.exists() || destination.join(".nojekyll").is_file() {
        return Ok(());
    }
    let mut entries =
        fs::read_dir(destination).map_err(|reason| Error::file(destination, reason))?;
    match entries.next() {
        Some(_) => Err(Error::Destination(destination.to_owned())),
        None => Ok(()),
    }
}

fn absolute(destination: &Path) -> Result<PathBuf, Error> {
    let here = env::current_dir().map_err(|reason| Error::file(Path::new("."), reason))?;
    Ok(here.join(destination))
}
