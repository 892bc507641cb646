//! The dialect: what Python 3.11's `ConfigParser` reads from a file, `Ini` reads.
//!
//! `tests/ini/generate.py` wrote what is expected.

use nova_paste::{Ini, PasteError, Place, Problem, Source, ini::Section};
use serde_json::{Value, json};
use std::{fs, path::Path};

fn read(name: &str) -> Result<Ini, PasteError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ini").join(name);
    Ini::parse(Source::new(name, &fs::read_to_string(path).unwrap_or_default()))
}

fn as_json(read: Result<Ini, PasteError>) -> Value {
    let ini = match read {
        Ok(ini) => ini,
        Err(error) => {
            let class = match error.problem() {
                Problem::MissingSectionHeader => "MissingSectionHeaderError",
                Problem::ParseError => "ParsingError",
                Problem::DuplicateSection { .. } => "DuplicateSectionError",
                Problem::DuplicateOption { .. } => "DuplicateOptionError",
                other => panic!("{other}"),
            };
            return json!({ "error": class, "line": error.place().map(Place::line_number) });
        }
    };
    let settings = |section: &Section| {
        section.settings.iter().map(|s| json!([s.key, s.value])).collect::<Value>()
    };
    let sections = ini.sections().iter().map(|section| json!([section.name, settings(section)]));
    json!({ "defaults": settings(ini.defaults()), "sections": sections.collect::<Value>() })
}

#[test]
fn every_file_is_read_as_python_reads_it() {
    let expected: Value = serde_json::from_str(include_str!("ini/expected.json")).unwrap();
    for (name, expected) in expected.as_object().unwrap() {
        assert_eq!(as_json(read(name)), *expected, "{name}");
    }
}

#[test]
fn every_section_and_setting_knows_its_lines() {
    let ini = read("03-continuation.ini").unwrap();
    let section = &ini.sections()[0];
    assert_eq!(section.line, 1);
    assert_eq!(section.settings[0].lines, 2..9);
    assert_eq!(ini.part(&section.settings[0], "sizelimit").to_string(), "03-continuation.ini:6");
    assert_eq!(section.settings[1].lines, 9..10);
}
