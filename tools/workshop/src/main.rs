//! `cargo workshop`.

use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    match workshop::cli::run() {
        Ok(code) => code,
        Err(error) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
