//! A story in a process of its own: libvirt can be in a process only once. Whatever becomes of the
//! story, nothing of it is left behind, and if there was something to tidy up it has failed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Set in the process that is for one story.
const ALONE: &str = "MINI_NOVA_TEST_ALONE";

const PATIENCE: Duration = Duration::from_secs(180);

/// Runs `story`, which is the test called `name`, alone.
pub(crate) fn alone(name: &str, story: impl Future<Output = ()>) {
    if env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let told = async { tokio::time::timeout(PATIENCE, story).await };
        return runtime.block_on(told).expect("a story ends");
    }
    let folder = tempfile::Builder::new().prefix("mn-").tempdir_in("/tmp").unwrap();
    let story = Command::new(env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(ALONE, "yes")
        .env("TMPDIR", folder.path())
        .output()
        .unwrap();
    let (processes, files) = (processes(folder.path()), files(folder.path()));
    for process in &processes {
        Command::new("kill").arg("-9").arg(process.to_string()).status().unwrap();
    }
    let told = String::from_utf8_lossy(&story.stdout);
    println!("{told}{}", String::from_utf8_lossy(&story.stderr));
    assert!(story.status.success(), "{name} failed");
    assert!(told.contains("1 passed"), "there is no story called {name}");
    assert!(processes.is_empty(), "processes are left: {processes:?}");
    assert!(files.is_empty(), "files are left: {files:?}");
}

/// The processes that were started with something in `folder`.
pub(crate) fn processes(folder: &Path) -> Vec<u32> {
    let folder = folder.display().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&command).contains(&folder) {
            found.push(process);
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect()
}
