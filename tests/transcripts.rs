//! The `console` blocks of the book and of the README, run as they stand: `$ mini-nova ...`,
//! `$ cargo run -- ...` and `$ cargo chNN ...`.
//!
//! A block marked `console,ignore` is shown and not run. `console session=libvirt` blocks boot real
//! guests: they are run with the feature `libvirt`, once the chapters' programs are built with it
//! (`cargo build -p nova-compute --features libvirt --examples`). `TRYCMD=overwrite cargo test`
//! writes what the commands print into the pages.

use std::path::Path;
use std::time::Duration;
use trycmd::TestCases;

/// A command that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The commands that a page may start.
fn commands() -> TestCases {
    let mini_nova = Path::new(env!("CARGO_BIN_EXE_mini-nova"));
    // `cargo test` builds the examples beside the binary before it runs a test.
    let programs = mini_nova.with_file_name("examples");
    let cases = TestCases::new();
    cases
        .register_bin("mini-nova", mini_nova)
        .register_bin(
            "cargo",
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/cargo"),
        )
        .env("MINI_NOVA", mini_nova.display().to_string())
        .env("PROGRAMS", programs.display().to_string())
        .timeout(PATIENCE);
    cases
}

#[test]
fn the_book_shows_what_its_commands_print() {
    commands().case("book/src/*.md").case("README*.md");
}

#[test]
#[cfg(feature = "libvirt")]
fn chapter_9_shows_what_real_guests_say() {
    let page = Path::new("book/src/ch09-compute.md");
    let text = std::fs::read_to_string(page).unwrap();
    // Only those of the session are run: the others are run above.
    let session = text
        .replace("```console\n", "```console,ignore\n")
        .replace("```console session=libvirt\n", "```console\n");
    assert_ne!(session, text, "there are blocks of the session");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("ch09.md");
    std::fs::write(&copy, &session).unwrap();
    {
        commands().case(&copy);
    }
    let printed = std::fs::read_to_string(copy).unwrap();
    if printed != session {
        let page_again = printed
            .replace("```console\n", "```console session=libvirt\n")
            .replace("```console,ignore\n", "```console\n");
        std::fs::write(page, page_again).unwrap();
    }
}
