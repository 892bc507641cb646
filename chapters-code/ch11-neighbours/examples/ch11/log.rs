//! A log of who asks whom, and which tokens they show.

use http_body_util::{BodyExt, Collected};
use nova_paste::{App, Request, app_fn, body};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What passed, and whose the tokens were.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    lines: Vec<Line>,
    owners: HashMap<String, String>,
    ids: Vec<String>,
}

struct Line {
    asks: String,
    request: String,
    id: String,
    token: String,
    subject: String,
    answer: String,
}

impl Log {
    /// `app`, and a line of the log for each request that it gets, as `service`.
    pub(crate) fn of(&self, service: &'static str, app: App) -> App {
        let log = self.clone();
        app_fn(move |request| {
            let (log, app) = (log.clone(), Arc::clone(&app));
            async move {
                let (request, user) = who_logs_in(request).await;
                let at = log.arrival(service, &request, user.as_deref());
                let answer = app.call(request).await?;
                let token = answer.headers().get("x-subject-token").and_then(|it| it.to_str().ok());
                log.departure(at, answer.status().as_u16(), token.zip(user));
                Ok(answer)
            }
        })
    }

    /// Prints the lines, and forgets them.
    pub(crate) fn print(&self) {
        println!("  {:19} {:24} {:6} {:10} {:10} answer", "", "", "id", "token", "about");
        for line in std::mem::take(&mut self.entries().lines) {
            let Line { asks, request, id, token, subject, answer } = line;
            println!("  {asks:19} {request:24} {id:6} {token:10} {subject:10} {answer}");
        }
        println!();
    }

    fn arrival(&self, service: &str, request: &Request, user: Option<&str>) -> usize {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let mut entries = self.entries();
        let token = entries.owner(header("x-auth-token"));
        let owner = token.split('\'').next().unwrap_or_default();
        let who = if service == "glance" { "nova" } else { user.unwrap_or(owner) };
        let id = entries.id(header("x-openstack-request-id"));
        let subject = entries.owner(header("x-subject-token"));
        let path = request.uri().path().replace("11111111-1111-1111-1111-111111111111", "1111..");
        let request = format!("{} {path}", request.method());
        let asks = format!("{who} → {service}");
        entries.lines.push(Line { asks, request, id, token, subject, answer: String::new() });
        entries.lines.len() - 1
    }

    fn departure(&self, at: usize, status: u16, issued: Option<(&str, String)>) {
        let mut entries = self.entries();
        let mut answer = status.to_string();
        if let Some((token, user)) = issued {
            let mut owned = format!("{user}'s");
            if entries.owners.values().any(|known| *known == owned) {
                owned += " new";
            }
            answer += &format!(", a token: {owned}");
            entries.owners.insert(token.to_owned(), owned);
        }
        if let Some(line) = entries.lines.get_mut(at) {
            line.answer = answer;
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn owner(&self, token: Option<&str>) -> String {
        let Some(token) = token else { return "-".into() };
        self.owners.get(token).cloned().unwrap_or_else(|| "?".into())
    }

    /// A short name for a request id, the same each time.
    fn id(&mut self, id: Option<&str>) -> String {
        let Some(id) = id.filter(|id| !id.is_empty()) else { return "-".into() };
        let known = self.ids.iter().position(|known| known == id);
        let at = known.unwrap_or_else(|| {
            self.ids.push(id.to_owned());
            self.ids.len() - 1
        });
        format!("req-{}", at + 1)
    }
}

/// The user whom a login names, and the request as it was.
async fn who_logs_in(request: Request) -> (Request, Option<String>) {
    if request.method() != "POST" || !request.uri().path().ends_with("/auth/tokens") {
        return (request, None);
    }
    let (parts, sent) = request.into_parts();
    let sent = sent.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let wish: Value = serde_json::from_slice(&sent).unwrap_or_default();
    let user = wish["auth"]["identity"]["password"]["user"]["name"].as_str().map(str::to_owned);
    (Request::from_parts(parts, body(sent)), user)
}
