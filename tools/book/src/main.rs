//! `cargo book build|serve|test`.

mod cli;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::show_mdbook_warnings();
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
