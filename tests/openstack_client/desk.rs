//! A person with the client, in front of a cloud.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A cloud in a process of its own, and a person in front of a shell.
pub(crate) struct Desk {
    cloud: Child,
    compute: String,
    image: String,
    folder: TempDir,
    openstack: OsString,
}

impl Desk {
    /// A desk, if there is a client to work with.
    pub(crate) fn new(args: &[&str]) -> Option<Self> {
        let Some(openstack) = env::var_os("MINI_NOVA_OPENSTACK") else {
            assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_OPENSTACK");
            eprintln!("skipped: MINI_NOVA_OPENSTACK is not set");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut cloud = Command::new(env!("CARGO_BIN_EXE_mini-nova"))
            .args(["all", "--port=0", "--identity-port=0", "--image-port=0", "--flow-port=0"])
            .args(args)
            .current_dir(folder.path())
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(cloud.stdout.take().unwrap()).lines();
        let up = lines.next().unwrap().unwrap();
        let endpoint = |service: &str| {
            let (_, rest) = up.split_once(&format!("{service} ")).unwrap();
            rest.split([',', ' ']).next().unwrap().trim_end_matches('.').to_owned()
        };
        let (compute, image) = (endpoint("compute"), endpoint("image"));
        // Somebody has to read the rest, or the cloud could not write it.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { cloud, compute, image, folder, openstack })
    }

    /// A desk whose cloud asks the real Keystone at `MINI_NOVA_KEYSTONE`, if there is one. Its
    /// users are those of `.ci/keystone`.
    pub(crate) fn with_real_keystone() -> Option<Self> {
        Self::with_real(&address("MINI_NOVA_KEYSTONE")?, "")
    }

    /// The same, and the images are in the real Glance at `MINI_NOVA_GLANCE`.
    pub(crate) fn with_real_keystone_and_glance() -> Option<Self> {
        let (keystone, glance) = (address("MINI_NOVA_KEYSTONE")?, address("MINI_NOVA_GLANCE")?);
        Self::with_real(&keystone, &format!("[glance]\napi_servers = {glance}\n"))
    }

    fn with_real(url: &str, more: &str) -> Option<Self> {
        let conf = tempfile::NamedTempFile::new().unwrap();
        fs::write(&conf, format!("[keystone_authtoken]\nauth_url = {url}\n{more}")).unwrap();
        let desk = Self::new(&["--config-file", conf.path().to_str().unwrap()])?;
        let domains = "OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default";
        let admin = "OS_USERNAME=admin OS_PASSWORD=admin-secret OS_PROJECT_NAME=admin";
        // Its catalog knows nothing of this cloud.
        let Self { compute, image, .. } = &desk;
        let elsewhere =
            format!("OS_COMPUTE_ENDPOINT_OVERRIDE={compute} OS_IMAGE_ENDPOINT_OVERRIDE={image}");
        let variables = format!("OS_AUTH_URL={url} OS_IDENTITY_API_VERSION=3 {admin} {domains}");
        fs::write(desk.openrc(), format!("export {variables} {elsewhere}\n")).unwrap();
        Some(desk)
    }

    /// A file in the folder of the person.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openrc(&self) -> PathBuf {
        self.folder.path().join("openrc")
    }

    /// Runs `openstack COMMAND`, with `variables` changed after the openrc was sourced.
    pub(crate) fn try_run(&self, variables: &str, command: &str) -> Output {
        Command::new("sh")
            .args(["-c", &format!(". \"$0\"; {variables} exec \"$OPENSTACK\" {command}")])
            .arg(self.openrc())
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("OPENSTACK", &self.openstack)
            .output()
            .unwrap()
    }

    /// Runs `acceptance.sh` against the cloud, and gives what it prints.
    pub(crate) fn accept(&self) -> String {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openstack_client/acceptance.sh");
        let venv = Path::new(&self.openstack).ancestors().nth(2).unwrap();
        let output = Command::new("bash")
            .args(["-c", r#". "$0"; exec bash "$1" "$2""#])
            .args([self.openrc().as_os_str(), script.as_ref(), self.compute.as_ref()])
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("VENV", venv)
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs `openstack COMMAND`, which has to succeed, and gives what it prints.
    pub(crate) fn run(&self, command: &str) -> String {
        let output = self.try_run("", command);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openstack {command}: {text}{errors}");
        text
    }

    /// The client does not wait for `stop` and `start`: the next command would meet a busy server.
    fn until(&self, status: &str) {
        for _ in 0..20 {
            if self.run("server show demo -f value -c status").contains(status) {
                return;
            }
        }
        panic!("the server did not become {status}");
    }

    /// A server's life.
    pub(crate) fn live(&self) {
        for (command, wanted) in [
            ("flavor list", "m1.xlarge"),
            ("image list", "cirros"),
            ("server create --flavor m1.tiny --image cirros --wait demo", "ACTIVE"),
            ("server list --no-name-lookup", "demo"),
            ("server show demo", "m1.tiny"),
            ("server stop demo", ""),
        ] {
            let printed = self.run(command);
            assert!(printed.contains(wanted), "openstack {command} says no {wanted}:\n{printed}");
        }
        self.until("SHUTOFF");
        self.run("server start demo");
        self.until("ACTIVE");
        self.run("server delete --wait demo");
        assert!(!self.run("server list --no-name-lookup").contains("demo"), "deleted means gone");
    }
}

/// Where a real neighbour is, if there is one.
fn address(variable: &str) -> Option<String> {
    let address = env::var(variable).ok();
    if address.is_none() {
        assert!(env::var_os("CI").is_none(), "CI has to give {variable}");
        eprintln!("skipped: {variable} is not set");
    }
    address
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.cloud.kill();
        let _ = self.cloud.wait();
    }
}
