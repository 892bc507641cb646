use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use book::{Error, Problem, Site, Source, check, generated, render, serve};
use clap::{Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Builds, serves and checks the book of mini-nova.
///
/// The pages are those of plain `mdbook build book`; this adds the checks that mdBook does not
/// make. Exit status: 0 all is well, 1 the book has problems (one line each, file:line: what; what
/// would be right) or cannot be built, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "cargo book", bin_name = "cargo book")]
struct Cli {
    /// The directory of book.toml [default: book, in the workspace]
    #[arg(long, global = true, value_name = "DIR")]
    book: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the pages, then report problems
    Build {
        /// Where to write them; an earlier build there is replaced [default: book/book]
        #[arg(long, value_name = "DIR")]
        dest_dir: Option<PathBuf>,
    },
    /// Serve the pages on 127.0.0.1 and rebuild them when a source changes; Ctrl-C ends it
    Serve {
        /// The port to listen on; 0 takes a free one
        #[arg(long, value_name = "PORT", default_value_t = 3000)]
        port: u16,
    },
    /// Report problems, writing nothing
    ///
    /// Includes (file, anchor, content), leftover {{#...}}, links and ids, rust blocks that are no
    /// includes, SUMMARY.md against the files, headings without {#id}, what is generated and stale,
    /// schedules that do not fit their day.
    Test,
    /// Write what is made of other things anew: the schedules, the index of ideas, Nova's names
    Generate,
    /// Print the schedules of a workshop, made of the minutes of chapters and exercises
    Schedule,
}

/// Runs what the command line asks for. Wrong usage ends the process with status 2.
pub(crate) fn run() -> Result<ExitCode, Error> {
    let cli = Cli::parse();
    let root = cli.book.unwrap_or_else(workspace_book);
    match cli.command {
        Command::Build { dest_dir } => build(&root, dest_dir),
        Command::Serve { port } => serve::run(&root, port).map(|()| ExitCode::SUCCESS),
        Command::Test => {
            let source = Source::load(&root)?;
            Ok(report(&source, &Site::build(&source)?))
        }
        Command::Generate => {
            let written = generated::write(&Source::load(&root)?)?;
            written.iter().for_each(|file| println!("{}", file.display()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Schedule => Ok(schedule(&Source::load(&root)?)),
    }
}

/// Lets mdBook's warnings through, except those about includes: the checks say them better.
pub(crate) fn show_mdbook_warnings() {
    let levels = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("mdbook_driver::builtin_preprocessors::links", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .without_time()
        .with_target(false)
        .with_filter(levels);
    tracing_subscriber::registry().with(lines).init();
}

fn build(root: &Path, dest_dir: Option<PathBuf>) -> Result<ExitCode, Error> {
    let source = Source::load(root)?;
    let destination = dest_dir.unwrap_or_else(|| render::default_destination(&source));
    render::render(&source, &destination)?;
    println!("{}", destination.join("index.html").display());
    Ok(report(&source, &Site::read(&destination)?))
}

fn schedule(source: &Source) -> ExitCode {
    let (schedules, problems) = generated::schedule::all(source);
    schedules.iter().for_each(|schedule| println!("{}", schedule.text()));
    problems.iter().for_each(show);
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(source: &Source, site: &Site) -> ExitCode {
    let problems = check(source, site);
    problems.iter().for_each(show);
    match problems.len() {
        0 => {
            println!("{} pages, no problems", source.pages.len());
            ExitCode::SUCCESS
        }
        count => {
            eprintln!("{} pages, {count} to mend", source.pages.len());
            ExitCode::FAILURE
        }
    }
}

fn show(problem: &Problem) {
    eprintln!("{problem}");
}

/// The book beside this tool, relative to the current directory where that is possible: it is
/// how a reader, and an editor, wants to see the files named.
fn workspace_book() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
    let here = env::current_dir().unwrap_or_default();
    root.strip_prefix(here).unwrap_or(root).join("book")
}
