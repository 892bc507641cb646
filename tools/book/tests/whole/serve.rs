//! The server as a browser meets it, over real sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::small_book::SmallBook;

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(book: &SmallBook) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_book"))
            .args(["serve", "--port", "0", "--book"])
            .arg(book.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Self { process, address }
    }

    fn ask(&self, request_line: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("{request_line} HTTP/1.1\r\nHost: book\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks until the answer satisfies; fails after ten seconds.
    fn ask_until(&self, request_line: &str, satisfied: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let answer = self.ask(request_line);
            if satisfied(&answer) {
                return answer;
            }
            assert!(Instant::now() < deadline, "still: {answer}");
            sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn pages_are_found_and_nothing_outside_the_book_is() {
    let server = Server::start(&SmallBook::good());
    for (request, status) in [
        ("GET /", "200"),
        ("GET /deep/two.html", "200"),
        ("GET /deep/two.html?again", "200"),
        ("HEAD /one.html", "200"),
        ("GET /none.html", "404"),
        ("GET /../book.toml", "404"),
        ("GET /%2e%2e/book.toml", "404"),
        ("GET //etc/passwd", "404"),
        ("POST /one.html", "405"),
    ] {
        let answer = server.ask(request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {answer}");
    }
}

#[test]
fn a_changed_page_is_built_and_the_browser_is_told() {
    let book =
        SmallBook::with(&[("book/src/one.md", "# One {#one}\n{{#include ../../code.rs}}\n")]);
    let server = Server::start(&book);
    let first = server.ask("GET /__build");
    assert!(server.ask("GET /one.html").contains("/__build"), "the page asks for the build");
    book.write("code.rs", "// changed in the code\n");
    server.ask_until("GET /one.html", |page| page.contains("changed in the code"));
    assert_ne!(server.ask("GET /__build"), first);
}

#[test]
fn a_book_that_cannot_be_built_stays_as_it_was_until_it_can() {
    let book = SmallBook::good();
    let server = Server::start(&book);
    book.write("book/book.toml", "[book]\ntitel = 1\n");
    sleep(Duration::from_millis(1500));
    assert!(server.ask("GET /one.html").contains("<title>One - Small</title>"));
    book.write("book/book.toml", "[book]\ntitle = \"Mended\"\n[build]\ncreate-missing = false\n");
    server.ask_until("GET /one.html", |page| page.contains("<title>One - Mended</title>"));
}

#[test]
fn a_taken_port_is_one_clear_message() {
    let book = SmallBook::good();
    let server = Server::start(&book);
    let port = server.address.rsplit(':').next().unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_book"))
        .args(["serve", "--port", port, "--book"])
        .arg(book.root())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let message = String::from_utf8_lossy(&second.stderr);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("the port is taken; choose another with --port"), "{message}");
}

#[test]
fn ctrl_c_ends_it_cleanly() {
    let mut server = Server::start(&SmallBook::good());
    let idle = TcpStream::connect(&server.address).unwrap();
    server.ask("GET /");
    let pid = server.process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let deadline = Instant::now() + Duration::from_secs(5);
    let status = loop {
        if let Some(status) = server.process.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < deadline, "still running");
        sleep(Duration::from_millis(50));
    };
    assert_eq!(status.code(), Some(0));
    drop(idle);
}
