//! What a libvirt in this process finds of guests that it started in an earlier one.

use super::{
    LibvirtDriver,
    files::{blocking, remove_file},
    guest::Guest,
    spawn::POLL,
    state_path::{end, runs},
};
use crate::ComputeError;
use serde::Deserialize;
use std::{fs, io, path::Path, time::Duration};
use tokio::time::{Instant, sleep};

/// How long libvirt has to find out which guests still run.
const RECONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Of what libvirt notes of a guest that is on, what says whether it was still being started.
#[derive(Deserialize)]
struct DomStatus {
    job: Option<Job>,
}

#[derive(Deserialize)]
struct Job {
    #[serde(rename = "@async")]
    job: Option<String>,
}

impl LibvirtDriver {
    /// Has libvirt begin with what is true. Guests that run go on; a guest that was being started
    /// when its libvirt was killed ends, for libvirt could neither go on with it nor end it.
    pub(super) async fn forget_interrupted_starts(&self) -> Result<(), ComputeError> {
        let Some(root) = self.root.clone() else { return Ok(()) };
        blocking(move || forget_interrupted_starts(&root)).await
    }

    /// Waits until libvirt says of each guest whether its process is there: when it has just been
    /// started, it believes for a moment what was true when it ended.
    pub(super) async fn wait_until_reconnected(&self) -> Result<(), ComputeError> {
        let Some(root) = self.root.clone() else { return Ok(()) };
        let late = Instant::now() + RECONNECT_TIMEOUT;
        loop {
            let running = blocking({
                let root = root.clone();
                move || Ok(runs(&root).iter().filter(|run| run.process.is_some()).count())
            });
            let (running, active) =
                (running.await?, self.host.list_guests(Guest::is_active).await?);
            if running == active.into_iter().filter(|active| *active).count() {
                return Ok(());
            }
            if Instant::now() > late {
                tracing::warn!("libvirt does not know which of its guests run");
                return Ok(());
            }
            sleep(POLL).await;
        }
    }
}

fn forget_interrupted_starts(root: &Path) -> io::Result<()> {
    let mut running = Vec::new();
    for run in runs(root) {
        if run.process.is_some() && !is_starting(&run.status) {
            running.extend(run.status.file_stem().map(|name| format!("-{}", name.display())));
            continue;
        }
        end(run.process);
        remove_file(&run.status)?;
        remove_file(&run.pid)?;
    }
    // It writes a file under another name first, and was killed before it gave it its own.
    for folder in ["etc/qemu", "run/qemu"] {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "new") {
                remove_file(&entry.path())?;
            }
        }
    }
    // Each run has folders of its own for sockets, `domain-12-instance-00000001`. Libvirt removes
    // those of the runs that it knows.
    for folder in ["lib/qemu", "lib/qemu/channel/target"] {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let runs = running.iter().any(|running| name.ends_with(running));
            if name.starts_with("domain-") && !runs {
                fs::remove_dir_all(entry.path())?;
            }
        }
    }
    Ok(())
}

/// Was the guest still being started when this was written? If nothing was written it was.
fn is_starting(status: &Path) -> bool {
    let Ok(text) = fs::read_to_string(status) else { return true };
    let status: Result<DomStatus, _> = quick_xml::de::from_str(&text);
    status
        .map_or(true, |status| status.job.and_then(|job| job.job).is_some_and(|job| job == "start"))
}
