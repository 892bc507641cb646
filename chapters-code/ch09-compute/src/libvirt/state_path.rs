//! The folder for what has to outlive the process (`state_path`, `instances_path`).

use super::files::at;
use crate::ComputeError;
use rustix::process::{Pid, Signal, getegid, geteuid, kill_process};
use std::{
    fs::{self, File},
    io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

/// What libvirt puts behind its folder for a guest's socket. The first number counts the runs of all
/// guests; it has five digits here, to be on the safe side.
const LONGEST_SOCKET: &str = "/lib/qemu/domain-99999-instance-ffffffff/monitor.sock";

/// The longest path of a folder in which libvirt can have its sockets: the system takes 107 bytes
/// for the path of one.
const LONGEST_ROOT: usize = 107 - LONGEST_SOCKET.len();

/// What temporary folders are called.
const PREFIX: &str = "mini-nova-";

/// Where the guests of a host are, and libvirt's own files, if it runs in this process.
pub(super) struct StatePath {
    path: PathBuf,
    /// Held as long as the process lives, if the folder is to go with it.
    lock: Option<File>,
}

impl StatePath {
    /// The folder that the options name, or one that goes with the process.
    pub(super) fn open(state_path: Option<&str>) -> Result<Self, ComputeError> {
        let Some(path) = state_path else {
            return Self::temporary().map_err(|error| at(&std::env::temp_dir(), &error));
        };
        let path = PathBuf::from(path);
        fs::create_dir_all(&path).map_err(|error| at(&path, &error))?;
        let path = fs::canonicalize(&path).map_err(|error| at(&path, &error))?;
        Ok(Self { path, lock: None })
    }

    fn temporary() -> io::Result<Self> {
        let folder = std::env::temp_dir();
        sweep(&folder)?;
        let path = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder)?.keep();
        // It has its name only once it is locked: who finds it unlocked may sweep it away.
        let made = path.join("lock.part");
        let lock = File::create(&made)?;
        lock.try_lock()?;
        fs::rename(made, path.join("lock"))?;
        Ok(Self { path, lock: Some(lock) })
    }

    /// Does it go with the process?
    pub(super) fn is_temporary(&self) -> bool {
        self.lock.is_some()
    }

    /// Where the guests are.
    pub(super) fn instances_path(&self) -> PathBuf {
        self.path.join("instances")
    }

    /// Where a libvirt in this process has its files; it is made ready for one.
    ///
    /// # Errors
    ///
    /// The folder cannot be made, or no socket could be in it, or QEMU could not be told of it.
    pub(super) fn libvirt_root(&self) -> Result<PathBuf, ComputeError> {
        let root = self.path.join("libvirt");
        let length = root.as_os_str().len();
        if length > LONGEST_ROOT {
            return Err(ComputeError::Hypervisor(format!(
                "{}: a path of {length} bytes, and libvirt's sockets beneath it can have at most \
                 {LONGEST_ROOT}; a shorter state_path helps",
                root.display()
            )));
        }
        let odd = |c: char| c.is_control() || [',', '=', '"', '\\'].contains(&c);
        if root.display().to_string().contains(odd) {
            return Err(ComputeError::Hypervisor(format!(
                "{root:?}: a path with one of , = \" \\ in it, of which libvirt cannot tell QEMU; \
                 another state_path helps"
            )));
        }
        let etc = root.join("etc");
        fs::create_dir_all(&etc).map_err(|error| at(&etc, &error))?;
        fs::write(etc.join("qemu.conf"), qemu_conf()).map_err(|error| at(&etc, &error))?;
        share_capabilities(&root);
        Ok(root)
    }
}

impl Drop for StatePath {
    fn drop(&mut self) {
        if self.is_temporary()
            && let Err(error) = remove(&self.path)
        {
            tracing::warn!(%error, "{} is left behind", self.path.display());
        }
    }
}

/// What a libvirt in this process has to know of QEMU: it runs as the user who runs this process,
/// and leaves files and guests as they are. Another libvirt of this machine looks for ports for
/// screens elsewhere: two that look at once would find the same.
fn qemu_conf() -> String {
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    let port = 5900 + std::process::id() % 250 * 100;
    format!(
        "{QEMU_CONF}user = \"+{user}\"\ngroup = \"+{group}\"\nremote_display_port_min = {port}\n"
    )
}

const QEMU_CONF: &str = r#"# Written by mini-nova at each start.
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
security_default_confined = 0
cgroup_controllers = [ ]
namespaces = [ ]
stdio_handler = "file"
"#;

/// Has libvirt remember from one folder to the next what QEMU can do: to find out takes it seconds.
/// It notices a new QEMU by itself. Where that cannot be it finds out in each.
fn share_capabilities(root: &Path) {
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or(home);
    let share = || {
        let shared = cache?.join("mini-nova/qemu-capabilities");
        let own = root.join("cache/qemu");
        fs::create_dir_all(&shared).and_then(|()| fs::create_dir_all(&own)).ok()?;
        symlink(shared, own.join("capabilities")).ok()
    };
    if share().is_none() {
        tracing::debug!("what QEMU can do is not shared");
    }
}

/// Removes what processes have left behind in `folder` that were killed.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let Ok(lock) = File::open(path.join("lock")) else { continue };
        if lock.try_lock().is_ok()
            && let Err(error) = remove(&path)
        {
            tracing::debug!(%error, "{} stays", path.display());
        }
    }
    Ok(())
}

/// Ends the guests that have their files in `path`, and removes it.
fn remove(path: &Path) -> io::Result<()> {
    for run in runs(&path.join("libvirt")) {
        end(run.process);
    }
    fs::remove_dir_all(path)
}

/// A run of a guest that libvirt has noted, in one file or in both.
pub(super) struct Run {
    /// Where it notes what the guest is doing.
    pub(super) status: PathBuf,
    /// Where it notes the number of the process.
    pub(super) pid: PathBuf,
    /// The process, if it is there.
    pub(super) process: Option<Pid>,
}

/// The runs of guests that the libvirt in `root` has noted.
pub(super) fn runs(root: &Path) -> Vec<Run> {
    let noted = fs::read_dir(root.join("run/qemu")).into_iter().flatten().flatten();
    let mut pids: Vec<PathBuf> = noted
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "pid" || end == "xml"))
        .map(|path| path.with_extension("pid"))
        .filter(|pid| !pid.ends_with("driver.pid"))
        .collect();
    pids.sort();
    pids.dedup();
    let run = |pid: PathBuf| {
        let number = fs::read_to_string(&pid).ok().and_then(|text| text.trim().parse().ok());
        let process = number.and_then(Pid::from_raw).filter(|process| is_of(*process, root));
        Run { status: pid.with_extension("xml"), pid, process }
    };
    pids.into_iter().map(run).collect()
}

/// Ends a process at once.
pub(super) fn end(process: Option<Pid>) {
    if let Some(process) = process {
        let _gone_meanwhile = kill_process(process, Signal::KILL);
    }
}

/// Was this process started with a file in `path`? Numbers of processes are used again.
fn is_of(process: Pid, path: &Path) -> bool {
    let command = fs::read(format!("/proc/{}/cmdline", process.as_raw_nonzero()));
    let path = format!("{}/", path.display());
    command.is_ok_and(|command| String::from_utf8_lossy(&command).contains(&path))
}
