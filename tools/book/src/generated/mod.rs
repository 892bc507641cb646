//! What the book holds that nobody writes by hand: each is made of what says it first.
//!
//! It stands in files of the repository, so that plain mdBook finds it; [`check`] says which of
//! them are stale, and [`write()`] makes them anew.

mod ideas;
mod names;
mod plan;
pub mod schedule;

use std::fs;
use std::path::PathBuf;

use crate::{Error, Problem, Source};

/// A file, and what it should say.
#[derive(Debug)]
pub struct Generated {
    /// Where it stands.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
}

/// Makes a page of the book.
type Make = fn(&Source) -> String;

/// The pages that are generated whole, by name.
const PAGES: &[(&str, Make)] = &[("ideas.md", ideas::page), ("names.md", names::page)];

/// Everything generated, and what kept the rest from it.
pub fn all(source: &Source) -> (Vec<Generated>, Vec<Problem>) {
    let mut generated = Vec::new();
    for (name, page) in PAGES {
        if let Some(file) = source.pages.iter().find(|page| page.name == *name) {
            generated.push(Generated { file: file.file.clone(), text: page(source) });
        }
    }
    let (schedules, problems) = schedule::all(source);
    let schedules =
        schedules.iter().filter(|schedule| schedule.is_named_well()).map(|schedule| Generated {
            file: source.root.join("schedules").join(format!("{}.md", schedule.name)),
            text: schedule.markdown(),
        });
    generated.extend(schedules);
    (generated, problems)
}

/// Makes them anew, and gives those that were not as they should be.
///
/// # Errors
///
/// One cannot be written.
pub fn write(source: &Source) -> Result<Vec<PathBuf>, Error> {
    let mut written = Vec::new();
    for Generated { file, text } in all(source).0 {
        if fs::read_to_string(&file).is_ok_and(|found| found == text) {
            continue;
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|reason| Error::file(folder, reason))?;
        }
        fs::write(&file, text).map_err(|reason| Error::file(&file, reason))?;
        written.push(file);
    }
    Ok(written)
}

/// Fails on what is stale, and on a schedule that cannot be kept.
pub fn check(source: &Source) -> Vec<Problem> {
    let (generated, mut problems) = all(source);
    for Generated { file, text } in generated {
        if !fs::read_to_string(&file).is_ok_and(|found| found == text) {
            problems.push(Problem::new(&file, 1, "it is stale", "run `cargo book generate`"));
        }
    }
    problems
}
