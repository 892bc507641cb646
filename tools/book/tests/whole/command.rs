//! The command as a writer meets it: messages, exit status, what is written where.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::small_book::SmallBook;

fn book(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
    command.args(arguments).arg("--book").arg(root).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_good_book_passes_and_nothing_is_written() {
    let small = SmallBook::good();
    let output = book(&small.root(), &["test"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2 pages, no problems\n");
    assert!(!small.root().join("book").exists());
}

#[test]
fn each_problem_is_one_line_and_the_status_is_1() {
    let small = SmallBook::with(&[("book/src/one.md", "# One\n\n{{#include none.rs}}\n")]);
    for command in ["test", "build"] {
        let output = book(&small.root(), &[command]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let lines = stderr(&output);
        assert_eq!(lines.lines().count(), 3, "{lines}");
        assert!(lines.ends_with("2 pages, 2 to mend\n"), "{lines}");
    }
}

#[test]
fn wrong_usage_is_status_2() {
    let small = SmallBook::good();
    for arguments in [&["tset"][..], &["serve", "--port", "x"], &["build", "--frob"], &[]] {
        let output = book(&small.root(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}

#[test]
fn a_build_goes_where_it_is_told_and_again() {
    let small = SmallBook::good();
    let destination = small.root().join("out");
    for _ in 0..2 {
        let output = book(&small.root(), &["build", "--dest-dir", destination.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    assert!(destination.join("deep/two.html").is_file());
}

#[test]
fn a_directory_with_somebodys_files_is_refused() {
    let small = SmallBook::good();
    let root = small.root();
    let output = book(&root, &["build", "--dest-dir", root.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("not empty and not an earlier build"), "{output:?}");
    assert!(fs::exists(root.join("src/one.md")).unwrap());
}

#[test]
fn a_book_that_cannot_be_read_is_one_clear_message() {
    let cases = [
        ("book/book.toml", "[book]\ntitel = 1\n", "book.toml: "),
        (
            "book/src/SUMMARY.md",
            "# Summary\n\n[One](one.md)\n- [T](deep/two.md)\n[x](one.md)\n- [y](one.md)\n",
            "SUMMARY.md",
        ),
    ];
    for (file, text, expected) in cases {
        let output = book(&SmallBook::with(&[(file, text)]).root(), &["test"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(stderr(&output).contains(expected), "{output:?}");
    }
}
