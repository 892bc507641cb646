//! A workshop of two exercises that need no library, and so a second to build.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};
use tempfile::TempDir;

/// The runner beside a workshop.
pub(crate) struct Workshop {
    top: TempDir,
}

/// What the runner said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

const SOLUTION: &str = "//! Numbers.

/// Twice `n`.
pub fn double(n: i64) -> i64 {
    // SOLUTION
    n.saturating_mul(2)
    // STARTER
    // n
    // END
}
";

const RULES: &str = "use NAME::double;

#[test]
fn two_are_four() {
    println!(\"two is asked\");
    assert!(double(2) == 4, \"rule      twice two\\nexpected  4\\ngot       {}\", double(2));
}

#[test]
fn nothing_stays_nothing() {
    assert_eq!(double(0), 0);
}

#[test]
fn a_large_number_does_not_overflow() {
    assert_eq!(double(i64::MAX), i64::MAX);
}
";

const CARD: &str = r#"
title = "Twice"
chapter = 1
minutes = 10
implements = "a function"
starter_fails = ["two_are_four"]
hints = ["What is twice?", "It is a product.", "And it may be too large: `saturating_mul`."]

[[wrong]]
why = "it overflows"
find = "n.saturating_mul(2)"
replace = "n * 2"
fails = ["a_large_number_does_not_overflow"]

[[wrong]]
why = "it adds two"
find = "n.saturating_mul(2)"
replace = "n.saturating_add(2)"
fails = ["nothing_stays_nothing"]
"#;

impl Workshop {
    pub(crate) fn new() -> Self {
        let workshop = Self { top: tempfile::tempdir().unwrap() };
        workshop.write("Cargo.lock", "version = 4\n");
        workshop.write("exercises/Cargo.lock", "version = 4\n");
        workshop.write("rustfmt.toml", "max_width = 100\nuse_small_heuristics = \"Max\"\n");
        workshop.write("clippy.toml", "");
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"kit\", \"*_*/*_*\"]\n\n\
                        [workspace.package]\nversion = \"0.1.0\"\n";
        workshop.write("exercises/Cargo.toml", manifest);
        workshop.write("exercises/kit/Cargo.toml", &crate_called("kit"));
        workshop.write("exercises/kit/src/lib.rs", "//! Nothing is wanted.\n");
        let named = "`exercises/01_numbers/01_twice` and `exercises/01_numbers/02_again`\n";
        workshop.write("book/src/ch01-numbers.md", named);
        for (folder, name) in [("01_twice", "twice"), ("02_again", "again")] {
            let file = |file: &str| format!("exercises/01_numbers/{folder}/{file}");
            workshop.write(&file("Cargo.toml"), &crate_called(name));
            workshop.write(&file("README.md"), "# Twice\n\nWrite `double`.\n");
            workshop.write(&file("exercise.toml"), CARD);
            workshop.write(&file("solution.rs"), SOLUTION);
            workshop.write(&file("tests/exercise.rs"), &RULES.replace("NAME", name));
            let starter =
                "//! Numbers.\n\n/// Twice `n`.\npub fn double(n: i64) -> i64 {\n    n\n}\n";
            workshop.write(&file("src/lib.rs"), starter);
        }
        workshop
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.top.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Replaces a text of a file; it has to be there.
    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replace(from, to));
    }

    /// `cargo workshop ...`, called where the workshop is.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let Output { status, stdout, stderr } = self.runner(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { ok: status.success(), out: text(stdout), err: text(stderr) }
    }

    pub(crate) fn runner(&self, arguments: &[&str]) -> Command {
        let mut runner = Command::new(env!("CARGO_BIN_EXE_workshop"));
        runner.arg("--exercises").arg(self.path("exercises")).args(arguments);
        // Builds of its own, whatever the cargo that runs this test has been told.
        runner.env("CARGO_TARGET_DIR", self.path("target")).env("CARGO_NET_OFFLINE", "true");
        runner.current_dir(self.top.path());
        runner
    }
}

fn crate_called(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion.workspace = true\nedition = \"2024\"\n\n[lib]\ntest = \
         false\ndoctest = false\n"
    )
}
