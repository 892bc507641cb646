//! `mini-nova show`: what a cloud is made of.

use super::ConfArgs;
use crate::{Cloud, Conf, Error, conf::OPTIONS};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

#[derive(Args)]
pub(super) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The apps and filters that the paste file became
    Paste(Shown),
    /// The URLs that the API answers, and who answers them
    Routes(Shown),
    /// The extensions that the API is made of
    Extensions(Shown),
    /// Every option, with its value
    Config(Shown),
}

#[derive(Args)]
struct Shown {
    #[command(flatten)]
    conf: ConfArgs,
    /// Print data instead of text
    #[arg(long)]
    json: bool,
}
