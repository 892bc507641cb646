//! A story in a process of its own: libvirt can be in a process only once. Whatever becomes of the
//! story, nothing of it is left behind, and if there was something to tidy up it has failed.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Set in the process that is for one story.
const ALONE: &str = "MINI_NOVA_TEST_ALONE";

/// How the name of a story's folder begins: with what means something to URLs, XML or shells.
const ODD: &str = "m n;%41?&[é<'#";

const PATIENCE: Duration = Duration::from_secs(180);

/// Runs `story`, which is the test called `name`, alone.
pub(crate) fn alone(name: &str, story: impl Future<Output = ()>) {
    match env::var_os(ALONE) {
        Some(_) => tell(story),
        None => send_away(name, |_| Command::new(env::current_exe().unwrap())),
    }
}

/// The same, as a user who may do nothing in particular.
pub(crate) fn alone_as_nobody(name: &str, story: impl Future<Output = ()>) {
    const NOBODY: u32 = 65534;
    if env::var_os(ALONE).is_some() {
        return tell(story);
    }
    // Where this program is he may not even look.
    let home = tempfile::tempdir().unwrap();
    let copy = home.path().join("story");
    fs::copy(env::current_exe().unwrap(), &copy).unwrap();
    send_away(name, |folder| {
        let mut command = Command::new(copy);
        if fs::metadata(folder).unwrap().uid() == 0 {
            for his in [folder, home.path()] {
                chown(his, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            command.uid(NOBODY).gid(NOBODY);
        }
        command.env_remove("XDG_CACHE_HOME").env_remove("XDG_RUNTIME_DIR");
        command.current_dir("/").env("HOME", home.path());
        command
    });
}

fn tell(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let told = async { tokio::time::timeout(PATIENCE, story).await };
    runtime.block_on(told).expect("a story ends");
}

/// Has the story called `name` told by another process: the one that `command` makes, given the
/// folder for the files of the story.
fn send_away(name: &str, command: impl FnOnce(&Path) -> Command) {
    let folder = tempfile::Builder::new().prefix(ODD).tempdir_in("/tmp").unwrap();
    let mut command = command(folder.path());
    let story = command
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
