//! The laws of the house that no compiler knows.

#[cfg(test)]
mod workspace;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use workspace::{Imports, chapter, imports, members, sources};

/// What can speak to a database, and the one crate of ours that does.
const DATABASES: [&str; 6] =
    ["sqlx", "rusqlite", "libsqlite3-sys", "tokio-postgres", "diesel", "nova-conductor"];

/// The shortest way from one crate to any of `forbidden`, crate by crate.
fn way(imports: &Imports, from: &str, forbidden: &[&str]) -> Option<Vec<String>> {
    let mut seen = BTreeSet::from([from.to_owned()]);
    let mut ways = VecDeque::from([vec![from.to_owned()]]);
    while let Some(way) = ways.pop_front() {
        let last = way.last()?;
        for next in imports.get(last).into_iter().flatten() {
            let longer: Vec<String> = way.iter().chain([next]).cloned().collect();
            if forbidden.contains(&next.as_str()) {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}

/// The imports that do not point to an earlier chapter.
fn upward(chapters: &BTreeMap<String, u32>, imports: &Imports) -> Vec<String> {
    let mut found = Vec::new();
    for (importer, own) in chapters {
        for imported in imports.get(importer).into_iter().flatten() {
            if chapters.get(imported).is_some_and(|theirs| theirs >= own) {
                found.push(format!("{importer} imports {imported}"));
            }
        }
    }
    found
}

/// The texts with more than `most` lines.
fn too_long(texts: impl IntoIterator<Item = (String, String)>, most: usize) -> Vec<String> {
    let lines = texts.into_iter().map(|(name, text)| (name, text.lines().count()));
    let long = lines.filter(|(_, lines)| *lines > most);
    long.map(|(name, lines)| format!("{name} has {lines} lines")).collect()
}

#[test]
fn compute_cannot_reach_the_database() {
    let imports = imports();
    assert_eq!(way(&imports, "nova-compute", &DATABASES), None);
    let conductor = way(&imports, "nova-conductor", &DATABASES);
    assert!(conductor.is_some(), "the law knows a database when it sees one");
}

#[test]
fn crates_import_only_earlier_chapters() {
    let members = members();
    let numbered = members.iter().filter_map(|one| Some((one.name.to_string(), chapter(one)?)));
    let chapters: BTreeMap<String, u32> = numbered.collect();
    assert!(chapters.len() >= 12, "{chapters:?}");
    assert_eq!(upward(&chapters, &imports()), Vec::<String>::new());
}

#[test]
fn no_file_is_longer_than_can_be_read_at_a_time() {
    assert_eq!(too_long(sources(&[".", "chapters-code", "tools"], "src"), 400), [""; 0]);
}

#[test]
fn a_chapters_program_fits_on_a_page() {
    // What it plugs in may stand beside it, in a folder of its name.
    let programs = sources(&["chapters-code"], "examples").into_iter();
    let is_program = |name: &str| {
        let stem = name.rsplit('/').next().and_then(|file| file.strip_suffix(".rs"));
        let number = stem.and_then(|stem| stem.strip_prefix("ch")).unwrap_or_default();
        number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let programs: Vec<_> = programs.filter(|(name, _)| is_program(name)).collect();
    assert_eq!(programs.len(), 11, "{programs:?}");
    assert_eq!(too_long(programs, 60), [""; 0]);
}

#[test]
fn a_broken_law_is_noticed() {
    let of = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let imports = Imports::from([
        ("nova-compute".to_owned(), of(&["innocent", "nova-rpc"])),
        ("nova-rpc".to_owned(), of(&["nova-compute", "friend"])),
        ("friend".to_owned(), of(&["sqlx"])),
        ("innocent".to_owned(), of(&[])),
    ]);
    let through = ["nova-compute", "nova-rpc", "friend", "sqlx"].map(str::to_owned).to_vec();
    assert_eq!(way(&imports, "nova-compute", &DATABASES), Some(through));
    assert_eq!(way(&imports, "innocent", &DATABASES), None);

    let chapters = BTreeMap::from([("nova-rpc".to_owned(), 6), ("nova-compute".to_owned(), 9)]);
    assert_eq!(upward(&chapters, &imports), ["nova-rpc imports nova-compute"]);
    let itself = BTreeMap::from([("friend".to_owned(), 1), ("sqlx".to_owned(), 1)]);
    assert_eq!(upward(&itself, &imports), ["friend imports sqlx"]);

    let texts = [("short".to_owned(), "\n".repeat(3)), ("long".to_owned(), "\n".repeat(4))];
    assert_eq!(too_long(texts, 3), ["long has 4 lines"]);
}
