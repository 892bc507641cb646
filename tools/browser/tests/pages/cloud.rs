//! A cloud in a process of its own, and somebody who asks it.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};
use tempfile::TempDir;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program, built as `cargo build -p mini-nova` builds it.
fn mini_nova() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let build = ["build", "-q", "-p", "mini-nova", "--bin", "mini-nova"];
        let built = Command::new(env!("CARGO"))
            .args(build)
            .arg("--message-format=json-render-diagnostics")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(built.status.success(), "cargo {build:?}");
        let messages = String::from_utf8(built.stdout).unwrap();
        let mut executables = messages.lines().filter_map(|line| {
            let message: Value = serde_json::from_str(line).unwrap();
            message["executable"].as_str().map(PathBuf::from)
        });
        executables.next_back().expect("cargo says where the program is")
    })
}

pub(crate) struct Cloud {
    process: Child,
    /// `127.0.0.1:8774`.
    compute: String,
    /// `http://127.0.0.1:8780`.
    pub(crate) flows: String,
    _folder: TempDir,
}

impl Cloud {
    pub(crate) fn start() -> Self {
        Self::with_flows_on("0")
    }

    /// One that tells on this port what it has seen.
    pub(crate) fn with_flows_on(port: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(mini_nova())
            .args(["all", "--port=0", "--identity-port=0", "--image-port=0", "--flow-port", port])
            .args(["--auth-strategy", "noauth2"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let up = lines.next().unwrap().unwrap();
        let endpoint = |service: &str| {
            let (_, rest) = up.split_once(&format!("{service} http://")).unwrap();
            rest.split(['/', ',', ' ']).next().unwrap().trim_end_matches('.').to_owned()
        };
        let (compute, flows) = (endpoint("compute"), endpoint("flows"));
        // Somebody has to read the rest, or the cloud could not write it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, compute, flows: format!("http://{flows}"), _folder: folder }
    }

    /// The port on which it tells what it has seen.
    pub(crate) fn flow_port(&self) -> &str {
        self.flows.rsplit(':').next().unwrap()
    }

    /// Asks for something, and gives the answer's head and body.
    pub(crate) fn ask(&self, request_line: &str) -> String {
        self.slowly(request_line, None).finish()
    }

    /// Asks for a server.
    pub(crate) fn boot(&self) -> String {
        self.begin_to_boot().finish()
    }

    /// Asks for a server, all but the last byte.
    pub(crate) fn begin_to_boot(&self) -> Asking {
        let image = "11111111-1111-1111-1111-111111111111";
        let wish = json!({ "server": { "name": "demo", "flavorRef": "1", "imageRef": image } });
        self.slowly("POST /v2.1/servers", Some(&wish))
    }

    fn slowly(&self, request_line: &str, body: Option<&Value>) -> Asking {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!(
            "{request_line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             X-Auth-Token: admin:00000000000000000000000000000001\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.compute,
            body.len(),
        );
        let last = request.pop().unwrap();
        let mut stream = TcpStream::connect(&self.compute).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        Asking { stream, last }
    }

    /// Ends it, and what it knew is gone.
    pub(crate) fn stop(mut self) -> String {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.flow_port().to_owned()
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A request whose last byte has not been sent.
pub(crate) struct Asking {
    stream: TcpStream,
    last: char,
}

impl Asking {
    /// Sends the rest, and gives the answer.
    pub(crate) fn finish(mut self) -> String {
        write!(self.stream, "{}", self.last).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        answer
    }
}
