//! The program that makes and changes disks (`nova/virt/libvirt/utils.py`, `nova/virt/images.py`).

use crate::ComputeError;
use serde::Deserialize;
use std::{io, path::Path};
use tokio::process::Command;

/// What `qemu-img info` says of a disk.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Info {
    /// So many bytes a guest sees.
    pub(super) virtual_size: u64,
    /// Where the rest of its content is.
    #[serde(default)]
    pub(super) backing_filename: Option<String>,
    #[serde(default)]
    format_specific: Option<FormatSpecific>,
}

#[derive(Debug, Deserialize)]
struct FormatSpecific {
    #[serde(default)]
    data: serde_json::Value,
}

impl Info {
    /// Does it read from another file? Whoever sends us such an image wants to read ours.
    pub(super) fn reads_other_files(&self) -> bool {
        let data_file = |specific: &FormatSpecific| specific.data.get("data-file").is_some();
        self.backing_filename.is_some() || self.format_specific.as_ref().is_some_and(data_file)
    }
}

/// Reads what the disk at `path` is, if it is a `format`: never guess, the content is a stranger's.
pub(super) async fn info(path: &Path, format: &str) -> Result<Info, ComputeError> {
    let path = path.display().to_string();
    let args = ["info", "--force-share", "--output=json", "-f", format, &path];
    let said = qemu_img(&args).await?;
    serde_json::from_slice(&said).map_err(|error| ComputeError::Hypervisor(error.to_string()))
}

/// Makes an empty disk of so many bytes.
pub(super) async fn create(path: &str, bytes: u64) -> Result<(), ComputeError> {
    qemu_img(&["create", "-f", "qcow2", path, &bytes.to_string()]).await.map(drop)
}

/// Makes a disk that has the content of `base` until somebody writes to it. It is so many bytes
/// large; `None`: as large as the base.
pub(super) async fn create_cow_image(
    base: &Path,
    path: &str,
    bytes: Option<u64>,
) -> Result<(), ComputeError> {
    let base = base.display().to_string();
    let bytes = bytes.map(|bytes| bytes.to_string());
    let mut args = vec!["create", "-f", "qcow2", "-F", "raw", "-b", &base, path];
    args.extend(bytes.as_deref());
    qemu_img(&args).await.map(drop)
}

/// Copies a disk, with what it has from others, into one that needs no others.
pub(super) async fn convert(from: (&Path, &str), to: (&Path, &str)) -> Result<(), ComputeError> {
    let ((from, from_format), (to, to_format)) = (from, to);
    let (from, to) = (from.display().to_string(), to.display().to_string());
    let args = ["convert", "--force-share", "-f", from_format, "-O", to_format, from.as_str(), &to];
    qemu_img(&args).await.map(drop)
}

/// Makes the disk at `path` so many bytes large.
pub(super) async fn resize(path: &str, bytes: u64) -> Result<(), ComputeError> {
    qemu_img(&["resize", "-f", "qcow2", path, &bytes.to_string()]).await.map(drop)
}

/// Runs it, and gives what it printed. It is killed if nobody waits for it any more.
async fn qemu_img(args: &[&str]) -> Result<Vec<u8>, ComputeError> {
    let output = Command::new("qemu-img").args(args).kill_on_drop(true).output().await;
    let output = output.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ComputeError::from(
            "qemu-img is not installed: on Debian, it comes with `apt-get install qemu-utils`",
        ),
        _ => ComputeError::Hypervisor(format!("qemu-img: {error}")),
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(ComputeError::Hypervisor(said.trim().to_owned()))
}
