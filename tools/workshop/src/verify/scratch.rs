//! A copy of the exercises, in which anything may stand where answers stand.

use crate::{Error, Exercise, Exercises, build};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The version of the exercises, which they inherit.
const VERSION: &str = "version = \"0.1.0\"";

/// The version of their copies. They share the target folder: of the same version, cargo would take
/// what was built of the one for what was built of the other.
const COPIES_VERSION: &str = "version = \"0.0.0\"";

/// The copy. It is made anew each time, in the target folder, whose builds it shares.
pub(super) struct Scratch {
    pub(super) root: PathBuf,
}

impl Scratch {
    /// A copy of `chosen`, and of what they need.
    pub(super) fn of(exercises: &Exercises, chosen: &[&Exercise]) -> Result<Self, Error> {
        let top = exercises.root.join("..");
        let top = top.canonicalize().map_err(Error::file(&top))?;
        let root = top.join("target/workshop");
        if root.exists() {
            fs::remove_dir_all(&root).map_err(Error::file(&root))?;
        }
        copy(&exercises.root.join("kit"), &root.join("kit"))?;
        for exercise in chosen {
            copy(&exercise.folder, &root.join(&exercise.path))?;
        }
        let manifest = exercises.root.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(Error::file(&manifest))?;
        let (here, there) = (r#"path = "../"#, format!("path = \"{}/", top.display()));
        let text = text.replace(r#"path = "..""#, &format!("path = \"{}\"", top.display()));
        let text = text.replace(here, &there);
        if !text.contains(VERSION) {
            return Err(Error::malformed(&manifest, &format!("{VERSION} is expected in it")));
        }
        write(&root.join("Cargo.toml"), &text.replace(VERSION, COPIES_VERSION))?;
        let config = format!("[build]\ntarget-dir = \"{}/target\"\n", top.display());
        write(&root.join(".cargo/config.toml"), &config)?;
        for file in ["Cargo.lock", "../rustfmt.toml", "../clippy.toml"] {
            let from = exercises.root.join(file);
            let to = root.join(from.file_name().unwrap_or_default());
            fs::copy(&from, to).map_err(Error::file(&from))?;
        }
        Ok(Self { root })
    }

    /// Writes an answer.
    pub(super) fn put(&self, exercise: &Exercise, text: &str) -> Result<(), Error> {
        write(&self.root.join(&exercise.path).join("src/lib.rs"), text)
    }

    /// Asks cargo something in the copy, and tells whether it went well.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Result<bool, Error> {
        let ended = build::cargo(&self.root).args(arguments).status();
        Ok(ended.map_err(Error::Cargo)?.success())
    }
}

fn write(file: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
    }
    fs::write(file, text).map_err(Error::file(file))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(Error::file(to))?;
    for entry in fs::read_dir(from).map_err(Error::file(from))? {
        let entry = entry.map_err(Error::file(from))?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to).map_err(Error::file(&from))?;
        }
    }
    Ok(())
}
