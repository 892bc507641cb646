//! The folder of a guest (`nova/virt/libvirt/utils.py` `get_instance_path`).

use super::files::blocking;
use crate::ComputeError;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Where the files of one guest are: its disks, what it wrote to its console, and its XML.
#[derive(Clone, Debug)]
pub(super) struct InstanceDir {
    path: PathBuf,
}

/// The disks that a guest can have, in the order in which it sees them.
const DISKS: [&str; 3] = ["disk", "disk.local", "disk.swap"];

impl InstanceDir {
    /// The one at `path`.
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Makes the folder, if it is not there, with a console that says nothing yet.
    pub(super) async fn create(&self) -> Result<(), ComputeError> {
        let dir = self.clone();
        blocking(move || {
            fs::create_dir_all(&dir.path)?;
            fs::OpenOptions::new().create(true).append(true).open(dir.console_log()).map(drop)
        })
        .await
    }

    /// The whole path of the file `name`.
    pub(super) fn file(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    pub(super) fn console_log(&self) -> String {
        self.file("console.log")
    }

    /// The disks that are there.
    pub(super) fn disks(&self) -> Vec<String> {
        let all = DISKS.map(|name| self.file(name));
        all.into_iter().filter(|path| Path::new(path).exists()).collect()
    }

    /// Where the folder waits while its guest is tried in another size.
    pub(super) fn aside(&self) -> Self {
        self.beside("_resize")
    }

    /// Moves the folder there, in the place of whatever is there.
    pub(super) fn replace(&self, to: &Self) -> io::Result<()> {
        to.remove()?;
        fs::rename(&self.path, &to.path)
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Removes the folder, if it is there. It gets another name first: what is cut off half way
    /// is not taken for a guest's.
    pub(super) fn remove(&self) -> io::Result<()> {
        let doomed = self.beside("_del");
        if self.exists() && !doomed.exists() {
            fs::rename(&self.path, &doomed.path)?;
        }
        for path in [&doomed.path, &self.path] {
            match fs::remove_dir_all(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn beside(&self, suffix: &str) -> Self {
        let mut path = self.path.clone().into_os_string();
        path.push(suffix);
        Self { path: path.into() }
    }
}
