//! The binary: one cloud, or what it is made of, shown.

use std::process::ExitCode;

fn main() -> ExitCode {
    match mini_nova::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mini-nova: {error}");
            ExitCode::from(1)
        }
    }
}
