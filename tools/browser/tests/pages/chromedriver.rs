//! The process between a test and its browser.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long it may take to end the browser.
const TO_STOP: Duration = Duration::from_secs(15);

/// chromedriver on a port of its own. It takes its browser with it when it ends.
pub(crate) struct Chromedriver {
    process: Child,
    port: u16,
}

impl Chromedriver {
    /// Starts the program at `path`; it and its browser keep their files in `folder`.
    pub(crate) fn start(path: &Path, folder: &Path) -> Self {
        let mut process = Command::new(path)
            .arg("--port=0")
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
        });
        // Somebody has to read the rest, or it could not write it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port: port.expect("chromedriver says on which port it is") }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to end its browser, and then itself.
    fn shut_down(&mut self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(TO_STOP))?;
        stream
            .write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new())?;
        let began = Instant::now();
        while self.process.try_wait()?.is_none() && began.elapsed() < TO_STOP {
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let _ = self.shut_down();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
