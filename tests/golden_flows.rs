//! A boot, one that fails, and one behind a login, drawn, and compared with the drawings that the
//! book shows.
//!
//! `UPDATE=1 cargo test --test golden_flows` accepts what is drawn now.

use snapbox::{Assert, Data, assert::Action};
use std::{env, ffi::OsStr, fs, path::Path, process::Command};

#[test]
fn a_boot_takes_the_way_that_the_book_tells() {
    let action = if env::var_os("UPDATE").is_some() { Action::Overwrite } else { Action::Verify };
    for (option, value, drawing) in [
        ("--flavor", "m1.tiny", "boot.txt"),
        ("--flavor", "m1.xlarge", "no-valid-host.txt"),
        ("--auth-strategy", "keystone", "keystone.txt"),
    ] {
        let demo = Command::new(env!("CARGO_BIN_EXE_mini-nova"))
            .args(["demo", "--stable", option, value])
            .output()
            .unwrap();
        assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
        let printed = String::from_utf8(demo.stdout).unwrap();
        let (drawn, _hints) = printed.split_once("What next").unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/flows").join(drawing);
        let expected = Data::read_from(&path, None).raw();
        Assert::new().action(action).eq(drawn.trim_end().to_owned() + "\n", expected);
    }
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
