//! Which controller and method? `cargo ch04` prints the routes of a small API, `cargo ch04 requests`
//! where they lead some requests. Each file in `requests/` is a list of them; add one of your own.
//!
//! `cargo ch04 routes TEXT` prints routes as they are stored, `cargo ch04 shelf PATH` those that are
//! tried for a path, and `cargo ch04 send LINE` a whole answer.

mod controllers;
mod sending;

use nova_router::{PROJECT_ID_REGEX, Route};
use sending::{Outcome, destination, paragraph, row, send, whole};
use std::{env, error::Error, fs};

type Failure = Box<dyn Error + Send + Sync>;

/// The methods of a route, `path`, and where it leads.
fn line(route: &Route, path: &str) -> String {
    let methods = route.allowed_methods().map_or("any".to_owned(), |methods| methods.join("|"));
    let path = if path.is_empty() { "''" } else { path };
    format!("{methods:7}{path:34}{}", destination(route))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let router = controllers::router()?;
    let routes = || router.map().routes();
    let as_stored = |route: &Route| line(route, &route.path().replace(PROJECT_ID_REGEX, "…"));
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let twin = |path: &str| path.contains("project_id") || path.contains("(format)");
            let shown = routes().filter(|route| !twin(route.path()));
            shown.for_each(|route| println!("{}", line(route, &route.template())));
            println!("\n{} routes. Not shown: those with a project or a format.", routes().count());
            println!("† routed, but the controller has no such method");
        }
        ["routes", text] => {
            let lines = routes().map(|route| as_stored(route)).filter(|line| line.contains(text));
            lines.for_each(|line| println!("{line}"));
        }
        ["shelf", path] => {
            router.map().candidates(path).for_each(|route| println!("{}", as_stored(route)));
        }
        ["send", line] => println!("{}", whole(send(&router, line).await?.1?).await?),
        [topic, ..] => {
            let file = format!("{}/examples/ch04/requests/{topic}.txt", env!("CARGO_MANIFEST_DIR"));
            let text = fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
            for line in text.lines() {
                let (leads_to, answer) = send(&router, line).await?;
                let outcome = Outcome::of(answer).await?;
                let said = match topic {
                    "requests" => row(line, &leads_to, &outcome),
                    _ => paragraph(line, &outcome),
                };
                println!("{said}");
            }
        }
    }
    Ok(())
}
