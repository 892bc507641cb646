//! The whole API in one process. `cargo ch05` prints what each extension brings, `cargo ch05 create`
//! what some requests get, and what becomes of them. Each file in `requests/` is a list of them;
//! add one of your own.
//!
//! `--without ALIAS` leaves an extension out, `--with servers_info` installs one more.

mod api;
mod brings;
mod sending;
mod sockets;

use api::Api;
use nova_extensions::{EXTENSIONS, Extensions, OsapiV21};
use sending::Conversation;
use std::{env, error::Error, fs, process::ExitCode};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let mut extensions = EXTENSIONS.to_vec();
    let mut options = OsapiV21::default();
    let mut topic = None;
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--without" => options.extensions_blacklist.extend(args.next()),
            "--with" if args.next().as_deref() == Some("servers_info") => {
                extensions.extend(servers_info::EXTENSIONS);
            }
            option if option.starts_with('-') => return Err(USAGE.into()),
            name => topic = Some(name.to_owned()),
        }
    }
    let api = Api::new(Extensions(extensions), options).await?;
    let Some(topic) = topic else {
        print!("{}", brings::table(&api.router));
        return Ok(());
    };
    let file = format!("{}/examples/ch05/requests/{topic}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let mut conversation = Conversation::new(api);
    for line in text.lines() {
        println!("{line}\n{}", conversation.send(line).await?);
    }
    Ok(())
}

const USAGE: &str = "usage: cargo ch05 [--without ALIAS]... [--with servers_info] [TOPIC]";
