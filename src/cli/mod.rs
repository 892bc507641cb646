//! The command line.

mod all;
mod demo;
mod openrc;
mod service;
mod show;
mod signals;

use crate::{Conf, Error, process::Role};
use clap::{Args, Parser, Subcommand};
use std::{
    io::{ErrorKind, IsTerminal, Write},
    net::IpAddr,
    time::Duration,
};

/// OpenStack Nova, rebuilt small. With no command: `demo`.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    demo: demo::Options,
}

#[derive(Subcommand)]
enum Command {
    /// Start a whole cloud, boot one server through real HTTP, and draw its way
    Demo(demo::Options),
    /// Start a whole cloud, and keep it up until Ctrl-C
    All(all::Options),
    /// Start the API alone; it reaches the others through a broker
    Api(service::ApiOptions),
    /// Start a scheduler alone
    Scheduler(service::Options),
    /// Start a conductor alone
    Conductor(service::Options),
    /// Start a compute service alone
    Compute(service::Options),
    /// Print what a cloud is made of
    Show(show::Options),
}

/// Which configuration, for the commands that start or show a cloud.
#[derive(Args)]
struct ConfArgs {
    /// A nova.conf; other flags override it
    #[arg(long, value_name = "FILE")]
    config_file: Option<String>,
    /// How many compute hosts; real guests are on one
    #[arg(long, value_name = "N")]
    hosts: Option<usize>,
    /// What drives the hypervisor: fake.FakeDriver, or libvirt.LibvirtDriver for real guests
    #[arg(long, value_name = "NAME")]
    compute_driver: Option<String>,
    /// Who says who asks: keystone, or noauth2, which believes everybody
    #[arg(long, value_name = "NAME")]
    auth_strategy: Option<String>,
}

impl ConfArgs {
    fn read(&self) -> Result<Conf, Error> {
        let mut conf = match &self.config_file {
            Some(path) => Conf::read(path)?,
            None => Conf::default(),
        };
        if let Some(hosts) = self.hosts {
            conf.fake_hosts = hosts;
        }
        if let Some(compute_driver) = &self.compute_driver {
            conf.compute.compute_driver.clone_from(compute_driver);
        }
        if let Some(auth_strategy) = &self.auth_strategy {
            conf.pipeline.auth_strategy.clone_from(auth_strategy);
        }
        Ok(conf)
    }
}

/// Where the API and its neighbours are to listen.
#[derive(Args)]
struct Listen {
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    /// The port of the compute API; 0: any free one [default: 8774]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// The port of the identity service; 0: any free one [default: 5000]
    #[arg(long, value_name = "PORT")]
    identity_port: Option<u16>,
    /// The port of the image service; 0: any free one [default: 9292]
    #[arg(long, value_name = "PORT")]
    image_port: Option<u16>,
    /// The port that tells what was seen of requests; 0: any free one [default: 8780]
    #[arg(long, value_name = "PORT")]
    flow_port: Option<u16>,
}

impl Listen {
    fn apply(&self, conf: &mut Conf) {
        let Self { address, port, identity_port, image_port, flow_port } = *self;
        conf.osapi_compute_listen = address.unwrap_or(conf.osapi_compute_listen);
        conf.osapi_compute_listen_port = port.unwrap_or(conf.osapi_compute_listen_port);
        conf.identity_port = identity_port.unwrap_or(conf.identity_port);
        conf.image_port = image_port.unwrap_or(conf.image_port);
        conf.flow.port = flow_port.unwrap_or(conf.flow.port);
    }
}

/// Does what the command line says.
///
/// # Errors
///
/// What went wrong, in one message. A command line that says nothing sensible ends the process
/// with code 2 instead.
pub fn run() -> Result<(), Error> {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Demo(cli.demo)) {
        Command::Demo(options) => block_on(demo::run(options)),
        Command::All(options) => block_on(all::run(options)),
        Command::Api(options) => block_on(service::api(options)),
        Command::Scheduler(options) => block_on(service::run(Role::Scheduler, options, None)),
        Command::Conductor(options) => block_on(service::run(Role::Conductor, options, None)),
        Command::Compute(options) => block_on(service::run(Role::Compute, options, None)),
        Command::Show(options) => show::run(options),
    }
}

fn block_on(work: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
    let done = runtime.block_on(work);
    // A thread may still wait for a hypervisor that hangs: nobody needs its answer any more.
    runtime.shutdown_timeout(Duration::from_secs(5));
    done
}

/// Prints `text`. Whoever reads our output may stop when he has seen enough.
fn print(text: &str) -> Result<(), Error> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::Print(error)),
        _ => Ok(()),
    }
}

/// May this output be coloured? Only a terminal's, and not where `NO_COLOR` says no.
fn wants_color(output: &impl IsTerminal) -> bool {
    output.is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Can the terminal show more than ASCII? What is no terminal can.
fn needs_ascii() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(std::env::var_os);
    let utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    cfg!(unix) && std::io::stdout().is_terminal() && !utf8
}
