//! What is known of the workspace without building it.

use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Who imports whom, by name.
pub(crate) type Imports = BTreeMap<String, BTreeSet<String>>;

/// The members of the workspace, each with the crates that it ships with.
pub(crate) fn members() -> Vec<Package> {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps();
    command.other_options(["--offline".to_owned()]).exec().unwrap().packages
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a crate imports to do its work; what its tests and examples import is no matter.
fn shipped(package: &Package) -> BTreeSet<String> {
    let normal = |kind| kind != DependencyKind::Development;
    let dependencies = package.dependencies.iter().filter(|one| normal(one.kind));
    dependencies.map(|one| one.name.clone()).collect()
}

/// What our crates ship with, and, by the lock file, what theirs do: on every platform, with
/// every feature. So it can be asked without a network.
pub(crate) fn imports() -> Imports {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    let mut imports = Imports::new();
    for package in lock["package"].as_array().unwrap() {
        let dependencies = package.get("dependencies").and_then(|list| list.as_array());
        // An entry is a name, and a version where several are locked.
        let name = |entry: &toml::Value| entry.as_str().unwrap().split(' ').next().unwrap().into();
        let dependencies = dependencies.into_iter().flatten().map(name);
        let package = package["name"].as_str().unwrap().to_owned();
        imports.entry(package).or_default().extend::<Vec<String>>(dependencies.collect());
    }
    imports.extend(members().iter().map(|member| (member.name.to_string(), shipped(member))));
    imports
}

/// The number of a chapter, from the folder of its crate.
pub(crate) fn chapter(package: &Package) -> Option<u32> {
    let folder = package.manifest_path.parent()?.file_name()?;
    folder.strip_prefix("ch")?.split_once('-')?.0.parse().ok()
}

/// The Rust files below `folder` in every crate that stands in one of `of`; `.` is the root's own.
pub(crate) fn sources(of: &[&str], folder: &str) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for parent in of {
        let mut open: Vec<PathBuf> = match *parent {
            "." => vec![root().join(folder)],
            parent => children(&root().join(parent)).map(|krate| krate.join(folder)).collect(),
        };
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(children(&path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                texts.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!texts.is_empty(), "no Rust in {of:?}");
    texts
}

fn children(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())
}
