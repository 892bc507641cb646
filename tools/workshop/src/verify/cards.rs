//! What can be seen of an exercise without building it.

use crate::{Error, Exercise, Exercises};
use std::{collections::BTreeSet, fs, path::Path};

/// So many hints an exercise has.
const HINTS: usize = 3;

/// So many wrong answers at least.
const WRONG: usize = 2;

/// So many exercises a chapter at least: one to begin with, and one that is harder.
const A_CHAPTER: usize = 2;

/// What is wrong with the cards of `chosen`, with their texts and their places.
pub(super) fn check(exercises: &Exercises, chosen: &[&Exercise]) -> Result<Vec<String>, Error> {
    let chapters = exercises.root.join("../book/src");
    let mut problems = Vec::new();
    for exercise in chosen {
        let mut found = of_card(exercise)?;
        if exercise.text("src/lib.rs")? != exercise.starter()? {
            found.push("src/lib.rs is not its starter; `cargo workshop verify --update`".into());
        }
        if !named_in_its_chapter(&chapters, exercise)? {
            found.push(format!("chapter {} does not name it", exercise.card.chapter));
        }
        let path = exercise.path.display();
        problems.extend(found.into_iter().map(|problem| format!("{path}: {problem}")));
    }
    problems.extend(same_number(exercises));
    problems.extend(too_few(exercises));
    problems.extend(other_versions(&exercises.root)?);
    Ok(problems)
}

fn of_card(exercise: &Exercise) -> Result<Vec<String>, Error> {
    let card = &exercise.card;
    let mut problems = Vec::new();
    if card.hints.len() != HINTS || card.hints.iter().any(|hint| hint.trim().is_empty()) {
        problems.push(format!("it has {} hints; {HINTS} are wanted", card.hints.len()));
    }
    if card.wrong.len() < WRONG {
        problems.push(format!("{} wrong answers; {WRONG} are wanted", card.wrong.len()));
    }
    if card.minutes == 0 || card.title.is_empty() || card.implements.is_empty() {
        problems.push("it has no title, no minutes, or implements nothing".into());
    }
    if card.starter_fails.is_empty() {
        problems.push("its starter breaks no rule: there is nothing to do".into());
    }
    if exercise.text("README.md")?.trim().is_empty() {
        problems.push("its README is empty".into());
    }
    let solution = exercise.solution()?;
    for wrong in &card.wrong {
        let found = solution.matches(&wrong.find).count();
        if found != 1 || wrong.fails.is_empty() {
            problems.push(format!(
                "wrong answer \"{}\": its text is in the solution {found} times, and it breaks {} \
                 rules",
                wrong.why,
                wrong.fails.len()
            ));
        }
    }
    Ok(problems)
}

/// Does the page of its chapter have its path?
fn named_in_its_chapter(pages: &Path, exercise: &Exercise) -> Result<bool, Error> {
    let of_chapter = format!("ch{:02}-", exercise.card.chapter);
    let path = format!("exercises/{}", exercise.path.display());
    for page in fs::read_dir(pages).map_err(Error::file(pages))? {
        let page = page.map_err(Error::file(pages))?;
        if page.file_name().to_string_lossy().starts_with(&of_chapter) {
            let text = fs::read_to_string(page.path()).map_err(Error::file(&page.path()))?;
            return Ok(text.contains(&format!("`{path}`")));
        }
    }
    Ok(false)
}

/// The exercises that share their number, or whose folder is another chapter's.
fn same_number(exercises: &Exercises) -> Vec<String> {
    let (mut numbers, mut problems) = (BTreeSet::new(), Vec::new());
    for exercise in &exercises.all {
        let (id, path) = (&exercise.id, exercise.path.display());
        if !numbers.insert(id) {
            problems.push(format!("{path}: {id} is another one's number"));
        }
        if !path.to_string().starts_with(&format!("{:02}_", exercise.card.chapter)) {
            problems.push(format!("{path}: its chapter is {}", exercise.card.chapter));
        }
    }
    problems
}

fn too_few(exercises: &Exercises) -> Vec<String> {
    let chapters: BTreeSet<u32> = exercises.all.iter().map(|one| one.card.chapter).collect();
    let of = |chapter| exercises.all.iter().filter(move |one| one.card.chapter == chapter).count();
    let few = chapters.into_iter().filter(|chapter| of(*chapter) < A_CHAPTER);
    few.map(|chapter| format!("chapter {chapter} has {} exercise", of(chapter))).collect()
}

/// The packages that are locked here in another version than at the top: they would be fetched and
/// built a second time, perhaps where there is no network.
fn other_versions(root: &Path) -> Result<Vec<String>, Error> {
    let (ours, theirs) = (locked(&root.join("Cargo.lock"))?, locked(&root.join("../Cargo.lock"))?);
    let names: BTreeSet<&str> = theirs.iter().filter_map(|one| one.split(' ').next()).collect();
    let other = ours
        .difference(&theirs)
        .filter(|one| names.contains(one.split(' ').next().unwrap_or_default()));
    Ok(other.map(|one| format!("Cargo.lock: {one} is another version than at the top")).collect())
}

/// `name version` of each package.
fn locked(file: &Path) -> Result<BTreeSet<String>, Error> {
    let text = fs::read_to_string(file).map_err(Error::file(file))?;
    let lock: toml::Table =
        toml::from_str(&text).map_err(|error| Error::malformed(file, &error))?;
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let word = |package: &toml::Value, key| package[key].as_str().unwrap_or_default().to_owned();
    Ok(packages.map(|one| format!("{} {}", word(one, "name"), word(one, "version"))).collect())
}
