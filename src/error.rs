//! Why there is no cloud, in one message.

use std::{io, net::SocketAddr, path::PathBuf};

/// What a user can do something about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file says something that cannot be.
    #[error(transparent)]
    Paste(#[from] nova_paste::PasteError),
    /// Nova cannot log in at the built-in identity service.
    #[error(
        "[keystone_authtoken]: no user {username} with that password and a role in {project} is \
         among those who may log in at the built-in identity service ([mini_nova] identities)"
    )]
    ServiceUser {
        /// As whom it would.
        username: String,
        /// In which project.
        project: String,
    },
    /// The API cannot be put together.
    #[error(transparent)]
    Extension(#[from] nova_extensions::ExtensionError),
    /// A port is taken, or not ours to take.
    #[error("cannot listen on {address} for {service}: {source} ({option} names another port)")]
    Listen {
        /// Who wanted to listen.
        service: &'static str,
        /// What to say on the command line to have it somewhere else.
        option: &'static str,
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] nova_conductor::DbError),
    /// The folder for the state cannot be made.
    #[error("cannot keep state in {folder}: {source}")]
    State {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file for the client's shell cannot be written.
    #[error("cannot write {path}: {source}; --openrc FILE names another")]
    Openrc {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The scheduler cannot be made as the configuration wants it.
    #[error(transparent)]
    Scheduler(#[from] nova_scheduler::SchedulerError),
    /// A compute service cannot start.
    #[error(transparent)]
    Compute(#[from] nova_compute::ComputeError),
    /// Messages cannot be sent.
    #[error(transparent)]
    Messaging(#[from] nova_rpc::MessagingError),
    /// One service a process, and no broker between them.
    #[error(
        "services in processes of their own need a broker between them: [DEFAULT] transport_url \
         in the file of --config-file, such as rabbit://guest:guest@127.0.0.1:5672/"
    )]
    NoBroker,
    /// A broker, and nobody who could speak with it.
    #[error("this binary cannot reach a broker: build it with `--features amqp`")]
    NoAmqp,
    /// Nobody has seen the request, or it was too long ago.
    #[error("{endpoint} knows nothing of {request_id}; `mini-nova show flow` lists what it knows")]
    NoFlow {
        /// The request.
        request_id: String,
        /// Who was asked.
        endpoint: String,
    },
    /// A picture of a list.
    #[error("these formats are for one request: `mini-nova show flow` lists them")]
    WhichFlow,
    /// A collector, and nobody who could reach it.
    #[error("this binary cannot reach a collector: build it with `--features otlp`")]
    NoOtlp,
    /// What is to be a collector is none.
    #[cfg(feature = "otlp")]
    #[error("[flow] otlp_endpoint: {0}")]
    Otlp(#[from] nova_traces::otlp::NotAnEndpoint),
    /// A hypervisor, and nobody who could drive it.
    #[error("this binary cannot reach libvirt: build it with `--features libvirt`")]
    NoLibvirt,
    /// A service did not answer as it should.
    #[error(transparent)]
    Remote(#[from] nova_objects::RemoteError),
    /// The demo did not come to its end.
    #[error("{0}")]
    Demo(String),
    /// None of the routes is one that was asked for.
    #[error("no method, path, controller or action of the {all} routes contains `{filter}`")]
    NoRoute {
        /// What was looked for.
        filter: String,
        /// How many routes there are.
        all: usize,
    },
    /// What was to be printed is no JSON.
    #[error(transparent)]
    Json(serde_json::Error),
    /// The output cannot be written.
    #[error("cannot print: {0}")]
    Print(io::Error),
    /// The system refuses threads or signals.
    #[error("cannot start: {0}")]
    Runtime(io::Error),
}
