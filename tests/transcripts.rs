//! The `console` blocks of the book and of the README, run as they stand: `$ mini-nova ...`,
//! `$ cargo run -- ...` and `$ cargo chNN ...`.
//!
//! A block marked `console,ignore` is shown and not run; `console session=...` blocks need a
//! cloud that stays up, and are run elsewhere. `TRYCMD=overwrite cargo test` writes what the
//! commands print into the pages.

use std::path::Path;
use std::time::Duration;

/// A command that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn the_book_shows_what_its_commands_print() {
    let mini_nova = Path::new(env!("CARGO_BIN_EXE_mini-nova"));
    // `cargo test` builds the examples beside the binary before it runs a test.
    let programs = mini_nova.with_file_name("examples");
    trycmd::TestCases::new()
        .register_bin("mini-nova", mini_nova)
        .register_bin(
            "cargo",
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/cargo"),
        )
        .env("MINI_NOVA", mini_nova.display().to_string())
        .env("PROGRAMS", programs.display().to_string())
        .timeout(PATIENCE)
        .case("book/src/*.md")
        .case("README*.md");
}
