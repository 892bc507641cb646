use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What keeps the book from being built or served at all; what a page does wrong is a
/// [`Problem`](crate::Problem).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// mdBook refused: its own chain of reasons follows the file it was about.
    #[error("{}: {reason:#}", file.display())]
    MdBook {
        /// The file mdBook was reading or writing.
        file: PathBuf,
        /// mdBook's reason.
        reason: mdbook_driver::errors::Error,
    },
    /// A file or directory could not be read or written.
    #[error("{}: {reason}", file.display())]
    File {
        /// The file or directory.
        file: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// The destination holds something that mdBook would delete.
    #[error(
        "{}: not empty and not an earlier build of the book; name a new or empty directory",
        .0.display()
    )]
    Destination(PathBuf),
    /// Somebody else listens on the port.
    #[error("{0}: the port is taken; choose another with --port")]
    PortTaken(SocketAddr),
    /// The address could not be listened on for another reason.
    #[error("{address}: {reason}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// The system's reason.
        reason: io::Error,
    },
    /// The runtime or the signal handler could not start, or a build died.
    #[error("{0}")]
    Runtime(io::Error),
}

impl Error {
    pub(crate) fn mdbook(file: &Path, reason: mdbook_driver::errors::Error) -> Self {
        Self::MdBook { file: file.to_owned(), reason }
    }

    pub(crate) fn file(file: &Path, reason: io::Error) -> Self {
        Self::File { file: file.to_owned(), reason }
    }
}
