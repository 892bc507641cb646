use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::{Build, build};
use crate::directive::Directive;
use crate::source::files_below;
use crate::{Error, Source, render};

/// Time between two looks at the files.
const INTERVAL: Duration = Duration::from_millis(500);

/// Size and time of change of every file the pages are made of.
type Snapshot = BTreeMap<PathBuf, Option<(u64, SystemTime)>>;

/// The book, and what its files looked like before it was built.
#[derive(Debug)]
pub(super) struct Watched {
    root: PathBuf,
    seen: Snapshot,
}

impl Watched {
    /// Builds the book a first time.
    pub(super) fn build(root: &Path) -> Result<(Self, Build), Error> {
        let seen = snapshot(root);
        Ok((Self { root: root.to_owned(), seen }, build(root)?))
    }

    /// Waits for a change and builds again. A book that cannot be built is a message, and the
    /// wait goes on: only a runtime that fails ends it.
    pub(super) async fn next(&mut self) -> Result<Build, Error> {
        loop {
            sleep(INTERVAL).await;
            let now = blocking(&self.root, snapshot).await?;
            if now == self.seen {
                continue;
            }
            // Taken before the build: a change made during it is seen at the next look.
            self.seen = now;
            match blocking(&self.root, build).await? {
                Ok(build) => return Ok(build),
                Err(error) => eprintln!("error: {error}"),
            }
        }
    }
}

async fn blocking<T: Send + 'static>(root: &Path, work: fn(&Path) -> T) -> Result<T, Error> {
    let root = root.to_owned();
    spawn_blocking(move || work(&root)).await.map_err(|died| Error::Runtime(died.into()))
}

fn snapshot(root: &Path) -> Snapshot {
    let mut files = files_below(root).unwrap_or_default();
    // A book.toml or page that cannot be read has no includes; mending it is a change in `root`.
    if let Ok(source) = Source::load(root) {
        let built = render::default_destination(&source);
        files.retain(|file| !file.starts_with(&built));
        for page in &source.pages {
            files.extend(Directive::all(&page.text).iter().map(|found| found.file(&page.file)));
        }
    }
    files.into_iter().map(|file| (file.clone(), state(&file))).collect()
}

fn state(file: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}
