//! What all who have to do with files have in common.

use crate::ComputeError;
use std::{fs, io, path::Path};

/// Does `work` with files, on a thread that may wait for them.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ComputeError> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| ComputeError::Hypervisor(error.to_string()))?;
    done.map_err(|error| ComputeError::Hypervisor(error.to_string()))
}

/// Removes a file, if it is there.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What the system says of a file.
pub(super) fn at(path: &Path, error: &io::Error) -> ComputeError {
    ComputeError::Hypervisor(format!("{}: {error}", path.display()))
}
