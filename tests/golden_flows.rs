//! A boot, one that fails, and one behind a login, drawn, and compared with the drawings that the
//! book shows.
//!
//! `UPDATE=1 cargo test --test golden_flows` accepts what is drawn now.

use nova_traces::{Flow, web::json};
use snapbox::{Assert, Data, assert::Action};
use std::{env, ffi::OsStr, fs, path::Path, process::Command};

/// What the demo is told, and the name of its drawing.
const RUNS: [([&str; 2], &str); 3] = [
    (["--flavor", "m1.tiny"], "boot"),
    (["--flavor", "m1.xlarge"], "no-valid-host"),
    (["--auth-strategy", "keystone"], "keystone"),
];

#[test]
fn a_boot_takes_the_way_that_the_book_tells() {
    for (options, name) in RUNS {
        let printed = demo(&options);
        let (drawn, _hints) = printed.split_once("What next").unwrap();
        assert_recorded(&format!("{name}.txt"), drawn.trim_end().to_owned() + "\n");
    }
}

/// What the player in the book steps through. The number of a source line is left out: it changes
/// with each line above it.
#[test]
fn a_boot_can_be_stepped_through_in_the_book() {
    for (options, name) in RUNS {
        let flow: Flow =
            serde_json::from_str(&demo(&[&options[..], &["--json"]].concat())).unwrap();
        let mut walk = flow.walk();
        walk.steps.iter_mut().for_each(|step| step.hop.line = 0);
        assert!(walk.settled && walk.steps.len() > 20, "{name}: {} steps", walk.steps.len());
        // A line a step, so that a person can see what has changed.
        let lines = json(&walk).unwrap().replace("{\"from\":", "\n{\"from\":") + "\n";
        assert_recorded(&format!("{name}.json"), lines);
    }
}

fn demo(options: &[&str]) -> String {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_mini-nova"));
    let output = demo.args(["demo", "--stable"]).args(options).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn assert_recorded(name: &str, printed: String) {
    let action = if env::var_os("UPDATE").is_some() { Action::Overwrite } else { Action::Verify };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/flows").join(name);
    Assert::new().action(action).eq(printed, Data::read_from(&path, None).raw());
}

/// A chapter shows the lines of a drawing that it is about.
#[test]
fn what_a_chapter_shows_of_a_drawing_stands_in_one() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("book");
    let texts = |folder| fs::read_dir(book.join(folder)).unwrap().map(|it| it.unwrap().path());
    let read = |path| fs::read_to_string(path).unwrap();
    let drawings: Vec<String> = texts("flows").map(read).collect();
    let mut shown = 0;
    for page in texts("src").filter(|path| path.extension() == Some(OsStr::new("md"))) {
        let text = fs::read_to_string(&page).unwrap();
        let blocks = text.split("\n```text\n").skip(1).filter_map(|it| it.split("\n```").next());
        let drawn = |block: &&str| block.contains("├ urlmap ") || block.contains("├ db ");
        for block in blocks.filter(drawn) {
            let stands_in = |drawing: &String| drawing.contains(block);
            assert!(drawings.iter().any(stands_in), "{}: no run draws\n{block}", page.display());
            shown += 1;
        }
    }
    assert!(shown >= 3, "{shown} drawings found");
}
