//! `show paste`: any paste file, and any of its apps.

use std::{
    fs, io,
    process::{Command, Output},
};

fn show_paste(args: &[&str]) -> io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mini-nova"));
    command.args(["show", "paste"]).args(args).output()
}

/// What it prints.
#[track_caller]
fn shown(args: &[&str]) -> String {
    match show_paste(args) {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into(),
        other => panic!("{args:?}: {other:?}"),
    }
}

/// The message it fails with.
#[track_caller]
fn refused(args: &[&str]) -> String {
    match show_paste(args) {
        Ok(output) if output.status.code() == Some(1) && output.stdout.is_empty() => {
            String::from_utf8_lossy(&output.stderr).into()
        }
        other => panic!("{args:?}: {other:?}"),
    }
}

fn etc(file: &str) -> String {
    format!("{}/etc/{file}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn another_file_is_shown_instead_of_the_one_built_in() {
    let period = shown(&["--file", &etc("api-paste.mitaka.ini")]);
    assert!(period.contains("/v2.1: composite openstack_compute_api_v21 "), "{period}");
    assert_eq!(shown(&["--file", &etc("api-paste.ini")]), shown(&[]));
}

#[test]
fn another_app_of_the_file_is_shown() {
    let expected = "\
pipeline oscomputeversions
├─ filter cors                            oslo_middleware.cors:filter_factory
├─ filter faultwrap                       nova.api.openstack:FaultWrapper.factory
└─ app oscomputeversionapp                nova.api.openstack.compute.versions:Versions.factory
";
    assert_eq!(shown(&["--app", "oscomputeversions"]), expected);
}

#[test]
fn a_file_or_an_app_that_is_not_there_is_told_in_one_message() {
    let file = refused(&["--file", "nowhere.ini"]);
    assert_eq!(
        file,
        "mini-nova: cannot read nowhere.ini: No such file or directory (os error 2)\n"
    );
    let misspelt = refused(&["--app", "osapi_computer"]);
    let expected = "\
mini-nova: no app section named osapi_computer
 |
 = help: did you mean osapi_compute?
";
    assert_eq!(misspelt, expected);
    let other = refused(&["--file", &etc("api-paste.ini"), "--app", "metadata"]);
    assert!(other.starts_with("mini-nova: no app section named metadata\n"), "{other}");
    assert!(other.contains("looked in ") && other.contains("api-paste.ini"), "{other}");
}

/// Sections as upstream's own file has them.
const UPSTREAM: &str = "\
[composite:metadata]
use = egg:Paste#urlmap
/: meta

[pipeline:meta]
pipeline = cors metaapp

[filter:cors]
paste.filter_factory = oslo_middleware.cors:filter_factory

[app:metaapp]
paste.app_factory = nova.api.metadata.handler:MetadataRequestHandler.factory

[composite:today]
use = call:nova.api.auth:pipeline_factory_v21
keystone = cors authtoken app
";

#[test]
fn what_mini_nova_does_not_provide_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api-paste.ini");
    let path = path.to_str().unwrap();
    fs::write(path, UPSTREAM).unwrap();

    let metadata = refused(&["--file", path, "--app", "metadata"]);
    for words in [
        "no module named nova.api.metadata.handler is installed",
        &format!("{path}:12:21\n"),
        "paste.app_factory = nova.api.metadata.handler:MetadataRequestHandler.factory\n",
        "   |                     ^^^^^^^^^^^^^^^^^^^^^^^^^",
    ] {
        assert!(metadata.contains(words), "no `{words}` in:\n{metadata}");
    }
    let today = refused(&["--file", path, "--app", "today", "--auth-strategy", "noauth2"]);
    for words in ["no pipeline for auth_strategy = noauth2; there are: keystone", ":15:7\n"] {
        assert!(today.contains(words), "no `{words}` in:\n{today}");
    }
}
