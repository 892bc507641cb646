//! Conformance: what the real Python packages answered, and whether we answer the same.
//!
//! `tests/vectors/*.json` are recordings of PasteDeploy, Paste, Routes, stevedore and Nova 13.0.0
//! (the header of each file says which versions). Every case of every set is run, and each set's
//! line says how many passed. A case that fails must be listed in `deviations.toml` with its
//! reason. A set that waits for a stage to be completed is run too, but only reported.
//!
//! `MINI_NOVA_VECTORS=DIR cargo test --test vectors` runs the sets of another folder.

#[path = "vectors/deviations.rs"]
mod deviations;
#[path = "vectors/middleware.rs"]
mod middleware;
#[path = "vectors/paste.rs"]
mod paste;
#[path = "vectors/routes.rs"]
mod routes;
#[path = "vectors/urlmap_dispatch.rs"]
mod urlmap_dispatch;
#[path = "vectors/urlmap_functions.rs"]
mod urlmap_functions;
#[path = "vectors/wsgi.rs"]
mod wsgi;

use deviations::Deviations;
use serde_json::Value;
use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Runs one case of a set; an error says how the answer differs.
type Run = fn(set: &Value, case: &Value) -> Result<(), String>;

enum Status {
    /// Every case passes or is listed.
    Complete,
    /// Its stage is not complete; what remains is in the chapter named.
    Pending(&'static str),
}
use Status::{Complete, Pending};

const SETS: &[(&str, Status, Run)] = &[
    ("paste", Complete, |_, case| paste::run(case)),
    ("urlmap_dispatch", Complete, |_, case| urlmap_dispatch::run(case)),
    ("urlmap_functions", Complete, |_, case| urlmap_functions::run(case)),
    ("middleware", Pending("chapter 3"), |_, case| middleware::run(case)),
    ("routes", Complete, routes::run),
    ("routes_nova", Complete, routes::run),
    ("routes_nova_expanded", Complete, routes::run_expanded),
    ("stevedore", Pending("chapter 5"), not_yet),
    ("sample_shapes", Pending("chapter 5"), not_yet),
];

fn not_yet(_set: &Value, _case: &Value) -> Result<(), String> {
    Err("no runner yet".into())
}

fn main() -> ExitCode {
    match run_all() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            println!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Runs every set, and says whether all is as it should be.
fn run_all() -> Result<bool, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let folder = env::var_os("MINI_NOVA_VECTORS").map_or_else(|| here.clone(), PathBuf::from);
    let deviations = Deviations::read(&here.join("deviations.toml"))?;
    // A case that panics is a case that fails; its backtrace would only bury the report.
    std::panic::set_hook(Box::new(|_| {}));
    let mut good = true;
    for (name, status, run) in SETS {
        good &= run_set(&folder, name, status, *run, &deviations)?;
    }
    Ok(good)
}

/// Runs a set, prints its line, and says whether all is as it should be.
fn run_set(
    folder: &Path,
    name: &str,
    status: &Status,
    run: Run,
    deviations: &Deviations,
) -> Result<bool, String> {
    let path = folder.join(format!("{name}.json"));
    let malformed = |problem: &dyn ToString| format!("{}: {}", path.display(), problem.to_string());
    if env::var_os("MINI_NOVA_VECTORS").is_some() && !path.exists() {
        println!("{name}: not in this folder");
        return Ok(true);
    }
    let text = fs::read_to_string(&path).map_err(|error| malformed(&error))?;
    let set: Value = serde_json::from_str(&text).map_err(|error| malformed(&error))?;
    let cases = set["cases"].as_array().ok_or_else(|| malformed(&"no cases"))?;
    let failures: Vec<(&str, String)> = cases
        .iter()
        .filter_map(|case| {
            let result = catch_unwind(AssertUnwindSafe(|| run(&set, case)));
            let problem = result.unwrap_or_else(|_| Err("panicked".into())).err()?;
            Some((case["id"].as_str().unwrap_or("?"), problem))
        })
        .collect();
    let unlisted: Vec<_> = failures.iter().filter(|(id, _)| !deviations.list(name, id)).collect();
    let remark = match (status, unlisted.len(), failures.len()) {
        (Pending(chapter), 1.., _) => format!(" (pending: {chapter})"),
        (_, 0, listed @ 1..) => format!(" ({listed} listed in deviations.toml)"),
        _ => String::new(),
    };
    println!("{name}: {} of {}{remark}", cases.len() - failures.len(), cases.len());
    let complete = matches!(status, Complete);
    if complete || env::var_os("VERBOSE").is_some() {
        for (id, problem) in &unlisted {
            println!("  {id}: {problem}");
        }
    }
    Ok(unlisted.is_empty() || !complete)
}
