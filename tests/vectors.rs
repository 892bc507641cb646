//! Conformance: what the real Python packages answered, and whether we answer the same.
//!
//! `tests/vectors/*.json` are recordings of PasteDeploy, Paste, Routes, stevedore and Nova 13.0.0
//! (the header of each file says which versions). Every case of every set is run, and each set's
//! line says how many passed. A case that fails must be listed in `deviations.toml` with its
//! reason.
//!
//! `MINI_NOVA_VECTORS=DIR cargo test --test vectors` runs the sets of another folder.

#[path = "vectors/deviations.rs"]
mod deviations;
#[path = "vectors/middleware.rs"]
mod middleware;
#[path = "vectors/paste.rs"]
mod paste;
#[path = "vectors/pipeline.rs"]
mod pipeline;
#[path = "vectors/routes.rs"]
mod routes;
#[path = "../chapters-code/ch05-extensions/tests/api/running_cloud.rs"]
mod running_cloud;
#[path = "vectors/sample_cloud.rs"]
mod sample_cloud;
#[path = "vectors/sample_requests.rs"]
mod sample_requests;
#[path = "vectors/sample_shapes.rs"]
mod sample_shapes;
#[path = "vectors/shape.rs"]
mod shape;
#[expect(dead_code, reason = "the samples are about answers, not about what was sent")]
#[path = "../chapters-code/ch05-extensions/examples/ch05/sockets.rs"]
mod sockets;
#[path = "vectors/stevedore.rs"]
mod stevedore;
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

/// How it is called, its file, and how a case is run.
type Set = (&'static str, &'static str, Run);

const SETS: &[Set] = &[
    ("paste", "paste", |_, case| paste::run(case)),
    ("urlmap_dispatch", "urlmap_dispatch", |_, case| urlmap_dispatch::run(case)),
    ("urlmap_functions", "urlmap_functions", |_, case| urlmap_functions::run(case)),
    ("middleware", "middleware", |_, case| middleware::run(case)),
    ("routes", "routes", routes::run),
    ("routes_nova", "routes_nova", routes::run),
    ("routes_nova_expanded", "routes_nova_expanded", routes::run_expanded),
    ("stevedore", "stevedore", |_, case| stevedore::run(case)),
    ("samples", "sample_shapes", sample_shapes::run),
];

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
    for set in SETS {
        good &= run_set(&folder, set, &deviations)?;
    }
    Ok(good)
}

/// Runs a set, prints its line, and says whether all is as it should be.
fn run_set(folder: &Path, set: &Set, deviations: &Deviations) -> Result<bool, String> {
    let (name, file, run) = set;
    let path = folder.join(format!("{file}.json"));
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
    let remark = match (unlisted.len(), failures.len()) {
        (0, listed @ 1..) => format!(" ({listed} listed in deviations.toml)"),
        _ => String::new(),
    };
    println!("{name}: {} of {}{remark}", cases.len() - failures.len(), cases.len());
    for (id, problem) in &unlisted {
        println!("  {id}: {problem}");
    }
    Ok(unlisted.is_empty())
}
