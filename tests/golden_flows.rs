//! Boots that go well and boots that do not, drawn, and compared with the drawings that the book
//! shows.
//!
//! `UPDATE=1 cargo test --test golden_flows` accepts what is drawn now.

#![cfg(test)]

use nova_traces::{Flow, web::json};
use snapbox::{Assert, Data, assert::Action};
use std::{env, ffi::OsStr, fs, path::Path, process::Command};

/// What is run, and the name of its drawing.
const RUNS: [(&[&str], &str); 7] = [
    (&["demo", "--stable", "--flavor", "m1.tiny"], "boot"),
    (&["demo", "--stable", "--flavor", "m1.xlarge"], "no-valid-host"),
    (&["demo", "--stable", "--auth-strategy", "keystone"], "keystone"),
    (&["ch12"], "console"),
    (&["ch12", "claim"], "claim"),
    (&["ch12", "broken"], "broken"),
    (&["ch12", "dead"], "dead"),
];

#[test]
fn a_request_takes_the_way_that_the_book_tells() {
    for (run, name) in RUNS {
        let printed = printed(run);
        let drawn = printed.split_once("What next").map_or(&*printed, |(drawn, _hints)| drawn);
        assert_recorded(&format!("{name}.txt"), drawn.trim_end().to_owned() + "\n");
    }
}

/// What the player in the book steps through. The number of a source line is left out: it changes
/// with each line above it.
#[test]
fn a_request_can_be_stepped_through_in_the_book() {
    for (run, name) in RUNS {
        let flow: Flow = serde_json::from_str(&printed(&[run, &["--json"]].concat())).unwrap();
        let mut walk = flow.walk();
        walk.steps.iter_mut().for_each(|step| step.hop.line = 0);
        assert!(walk.steps.len() > 10, "{name}: {} steps", walk.steps.len());
        assert_eq!(walk.settled, name != "dead", "{name}");
        // A line a step, so that a person can see what has changed.
        let lines = json(&walk).unwrap().replace("{\"from\":", "\n{\"from\":") + "\n";
        assert_recorded(&format!("{name}.json"), lines);
    }
}

/// What `mini-nova demo`, or the program of chapter 12, prints.
fn printed(run: &[&str]) -> String {
    let mini_nova = Path::new(env!("CARGO_BIN_EXE_mini-nova"));
    let mut command = match run.split_first() {
        // `cargo test` builds the examples beside the binary before it runs a test.
        Some((&"ch12", rest)) => {
            let mut program = Command::new(mini_nova.with_file_name("examples").join("ch12"));
            program.args(rest);
            program
        }
        _ => {
            let mut demo = Command::new(mini_nova);
            demo.args(run);
            demo
        }
    };
    let output = command.output().unwrap();
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

#[test]
fn what_is_stable_is_the_same_on_every_run_as_data_too() {
    let demo = || {
        let mut demo = Command::new(env!("CARGO_BIN_EXE_mini-nova"));
        String::from_utf8(demo.args(["demo", "--stable", "--json"]).output().unwrap().stdout)
    };
    let (first, second) = (demo().unwrap(), demo().unwrap());
    assert_eq!(second, first);
    assert!(first.contains(r#""trace_id": "trace-1""#) && !first.contains("trace-2"), "{first}");
}
