//! A Keystone that says what it is told to say.

use nova_neighbours::{KeystoneClient, keystone::Credentials};
use serde_json::json;
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub(crate) const PASSWORD: &str = "hunter2";

/// A Keystone that gives one answer after the other, the last one for ever, and remembers what it
/// was asked.
pub(crate) struct Script {
    answers: Mutex<VecDeque<String>>,
    pub(crate) requests: Mutex<Vec<String>>,
}

impl Script {
    pub(crate) async fn start(answers: &[String]) -> (Arc<Self>, KeystoneClient) {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let auth_url = format!("http://{}/v3", listener.local_addr().unwrap());
        let answers = Mutex::new(answers.to_vec().into());
        let script = Arc::new(Self { answers, requests: Mutex::default() });
        let this = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&this).converse(stream));
            }
        });
        (script, client(&auth_url))
    }

    async fn converse(self: Arc<Self>, mut stream: TcpStream) -> Option<()> {
        loop {
            let request = read_request(&mut stream).await?;
            self.requests.lock().unwrap().push(request);
            let answer = self.next();
            stream.write_all(answer.as_bytes()).await.ok()?;
            if answer.contains(FOREVER) {
                std::future::pending::<()>().await;
            }
            if !answer.starts_with("HTTP/1.1 ") {
                return None;
            }
        }
    }

    fn next(&self) -> String {
        let mut answers = self.answers.lock().unwrap();
        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }.unwrap()
    }

    /// What it was asked so far, by whose token and about which: `GET /v3/auth/tokens as A of B`.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let line = |request: &String| {
            let header = |name: &str| {
                let mut lines = request.lines().filter_map(|line| line.split_once(": "));
                lines.find(|(found, _)| *found == name).map_or("", |(_, value)| value)
            };
            let (first, _) = request.split_once(" HTTP/1.1").unwrap();
            format!("{first} as {} of {}", header("x-auth-token"), header("x-subject-token"))
        };
        requests.iter().map(line).collect()
    }
}

/// A header of an answer that never ends.
pub(crate) const FOREVER: &str = "x-forever";

/// Head and body, as far as its length says.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).await.ok()?;
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut content = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut content).await.ok()?;
    Some(head + &String::from_utf8(content).unwrap())
}

pub(crate) fn client(auth_url: &str) -> KeystoneClient {
    let credentials = Credentials {
        username: "nova".into(),
        password: PASSWORD.into(),
        project_name: "service".into(),
        user_domain_name: "Users".into(),
        project_domain_name: "Projects".into(),
    };
    KeystoneClient::new(auth_url, credentials, Duration::from_secs(30))
}

pub(crate) fn answer(status: &str, headers: &str, content: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{content}", content.len())
}

/// The service's own token.
pub(crate) fn gives(token: &str) -> String {
    answer("201 Created", &format!("x-subject-token: {token}\r\n"), "{}")
}

/// A token of alice's.
pub(crate) fn knows() -> String {
    let domain = json!({ "id": "default", "name": "Default" });
    let user = json!({ "id": "a11ce", "name": "alice", "domain": domain });
    let token = json!({ "user": user, "expires_at": "2040-01-01T00:00:00.000000Z" });
    answer("200 OK", "", &json!({ "token": token }).to_string())
}

pub(crate) fn says(status: &str) -> String {
    answer(status, "", "")
}
