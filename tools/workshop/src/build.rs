//! Cargo, asked for the rules: the test `exercise` of a crate, built and not run.

use crate::Error;
use cargo_metadata::{Message, TargetKind};
use std::{
    collections::BTreeMap,
    env,
    io::BufReader,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What came of a build.
pub struct Built {
    /// Did everything compile?
    pub compiles: bool,
    /// The programs that run the rules, by the folder of their crate.
    pub rules: BTreeMap<PathBuf, PathBuf>,
}

/// The cargo that runs this program, to be asked something in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(program);
    cargo.current_dir(folder);
    cargo
}

/// Builds the rules of the crate in `folder`, or of a workspace. What rustc has to say, it says on
/// stderr.
///
/// # Errors
///
/// Cargo cannot be started.
pub fn rules(folder: &Path, arguments: &[&str]) -> Result<Built, Error> {
    let mut cargo = cargo(folder)
        .args(["build", "--test", "exercise", "--message-format=json-render-diagnostics"])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Error::Cargo)?;
    let mut rules = BTreeMap::new();
    if let Some(said) = cargo.stdout.take() {
        for message in Message::parse_stream(BufReader::new(said)) {
            if let Message::CompilerArtifact(artifact) = message.map_err(Error::Cargo)?
                && artifact.target.kind.contains(&TargetKind::Test)
                && let Some(program) = artifact.executable
                && let Some(folder) = artifact.manifest_path.parent()
            {
                rules.insert(folder.into(), program.into());
            }
        }
    }
    let ended = cargo.wait().map_err(Error::Cargo)?;
    Ok(Built { compiles: ended.success(), rules })
}
