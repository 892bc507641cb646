//! The file that a shell sources.

use crate::binary::{ALL, assert_fails};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

/// Starts a cloud that is to write to `openrc`, until it says that it is up.
fn start(openrc: &Path, args: &[&str]) {
    let mut cloud = Command::new(env!("CARGO_BIN_EXE_mini-nova"))
        .args(ALL)
        .arg("--openrc")
        .arg(openrc)
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let up = BufReader::new(cloud.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    cloud.kill().unwrap();
    cloud.wait().unwrap();
    assert!(up.starts_with("The cloud is up"), "{up}");
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it_even_if_an_older_one_was_everybodys() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openrc");
    for _ in 0..2 {
        start(&path, &[]);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(fs::read_to_string(&path).unwrap().contains("export OS_PASSWORD=admin-secret"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_strangers_file_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openrc");
    fs::write(&path, "export MINE=1\n").unwrap();
    let openrc = path.to_str().unwrap();
    let at = |path| [&ALL[..], &["--openrc", path]].concat();
    assert_fails(&at(openrc), 1, &[openrc, "mini-nova did not write it", "--openrc FILE"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "export MINE=1\n");
    for no_file in [folder.path().to_str().unwrap(), "/dev/zero"] {
        assert_fails(&at(no_file), 1, &["that is no file"]);
    }
}

#[test]
fn one_that_would_lead_to_an_earlier_cloud_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openrc");
    start(&path, &["--auth-strategy", "noauth2"]);
    assert!(fs::read_to_string(&path).unwrap().contains("OS_AUTH_TYPE=none"));
    let conf = folder.path().join("nova.conf");
    fs::write(&conf, "[keystone_authtoken]\nauth_url = http://127.0.0.1:9/v3\n").unwrap();
    start(&path, &["--config-file", conf.to_str().unwrap()]);
    assert!(!path.exists(), "nobody knows who may log in there");
}
