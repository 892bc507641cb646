//! Sending requests one after the other, and saying what came of each.

use crate::{
    Failure,
    api::{Api, IMAGE},
};
use http_body_util::BodyExt;
use nova_objects::{Instance, NovaObject, Query, RequestContext};
use nova_paste::{Environ, Request, Response, body};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The API, and what was said so far.
pub(crate) struct Conversation {
    api: Api,
    /// The words that stand for ids: `$IMAGE`, and `$1` for the first server.
    names: Vec<(String, String)>,
    /// The states of the servers when they were last looked at.
    states: BTreeMap<String, String>,
    /// The keys of the last answer to each path.
    keys: BTreeMap<String, Vec<String>>,
}

impl Conversation {
    pub(crate) fn new(api: Api) -> Self {
        let names = vec![("$IMAGE".to_owned(), IMAGE.to_owned())];
        Self { api, names, states: BTreeMap::new(), keys: BTreeMap::new() }
    }

    /// Sends what `line` says, and tells the answer, the messages that went out, and what became
    /// of the servers. `compute  $1 active` is no request: a compute service has done its work.
    pub(crate) async fn send(&mut self, line: &str) -> Result<String, Failure> {
        let written =
            self.names.iter().fold(line.to_owned(), |line, (name, id)| line.replace(name, id));
        let mut said = Vec::new();
        match written.strip_prefix("compute  ").and_then(|done| done.split_once(' ')) {
            Some((uuid, vm_state)) => self.api.compute_is_done(uuid, vm_state).await?,
            None => {
                let answer = self.api.app.call(request(&written)?).await?;
                let path = line.split("  ").next().unwrap_or_default();
                said.push(self.answer(path, answer).await?);
            }
        }
        for sent in self.api.sockets.sent() {
            said.push(format!("→ {} {}", sent.to, sent.method));
        }
        said.extend(self.changes().await?);
        let said = said.join("\n  ");
        let said = self.names.iter().fold(said, |said, (name, id)| said.replace(id, name));
        Ok(wrapped(&format!("  {said}")))
    }

    async fn answer(&mut self, path: &str, answer: Response) -> Result<String, Failure> {
        let status = answer.status().as_str().to_owned();
        let bytes = answer.into_body().collect().await?.to_bytes();
        let document: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let content = document.as_object().and_then(|object| object.iter().next());
        let Some((name, content)) = content else {
            return Ok(if bytes.is_empty() { status } else { format!("{status} plain text") });
        };
        Ok(match (&content["message"], content) {
            (Value::String(message), _) => format!("{status} {name}: {message}"),
            (_, Value::Object(fields)) => format!("{status} {name}: {}", self.told(path, fields)),
            (_, Value::Array(items)) => format!("{status} {name}: {} of them", items.len()),
            (_, other) => format!("{status} {name}: {other}"),
        })
    }

    /// The keys of an answer; if the path was asked for before, only what is new or gone.
    fn told(&mut self, path: &str, fields: &Map<String, Value>) -> String {
        let now: Vec<String> = fields.keys().cloned().collect();
        let before = self.keys.insert(path.to_owned(), now.clone());
        let Some(before) = before else {
            return now.join(", ");
        };
        let new = now.iter().filter(|key| !before.contains(key)).map(|key| format!("+ {key}"));
        let gone = before.iter().filter(|key| !now.contains(key)).map(|key| format!("- {key}"));
        let changes: Vec<_> = new.chain(gone).collect();
        if changes.is_empty() { "the same keys".into() } else { changes.join(", ") }
    }

    /// What became of the servers since they were last looked at.
    async fn changes(&mut self) -> Result<Vec<String>, Failure> {
        let everything = RequestContext::admin().reading_deleted();
        let servers = Instance::list(&*self.api.store, &everything, Query::all()).await?;
        let mut changes = Vec::new();
        for server in servers {
            let task = server.task_state.map_or("-", |task| task.as_str());
            let state = format!("{}, {task}", server.vm_state);
            if !self.states.contains_key(&server.uuid) {
                let name = format!("${}", self.states.len() + 1);
                self.names.push((name, server.uuid.clone()));
            }
            if self.states.insert(server.uuid.clone(), state.clone()).as_ref() != Some(&state) {
                changes.push(format!("· {} {}: {state}", server.uuid, server.display_name));
            }
        }
        Ok(changes)
    }
}

/// Reads `POST /servers  as admin  Header: value  {"server": …}`. Without a user it is alice's.
fn request(line: &str) -> Result<Request, http::Error> {
    let mut words = line.split("  ");
    let (method, target) = words.next().and_then(|first| first.split_once(' ')).unwrap_or_default();
    let mut request = http::Request::builder().method(method);
    let (mut user, mut text) = ("alice", "");
    for word in words {
        match (word.strip_prefix("as "), word.split_once(": ")) {
            (Some(name), _) => user = name,
            (_, Some((name, value))) if !name.starts_with('{') => {
                request = request.header(name, value);
            }
            _ => text = word,
        }
    }
    let mut request = request.header("x-auth-token", format!("{user}:c0ffee"));
    request = request.header("content-type", "application/json");
    let mut request = request.body(body(text.to_owned()))?;
    let (path_info, query_string) = target.split_once('?').unwrap_or((target, ""));
    *Environ::of_mut(&mut request) = Environ {
        url_scheme: "http".into(),
        host: "nova:8774".into(),
        script_name: "/v2.1".into(),
        path_info: path_info.into(),
        query_string: query_string.into(),
        ..Environ::default()
    };
    Ok(request)
}

/// The text in lines of at most 96 letters.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::new();
    for (number, word) in text.split(' ').enumerate() {
        let width = wrapped.rsplit('\n').next().map_or(0, |line| line.chars().count());
        if number > 0 {
            wrapped += if width + word.chars().count() < 96 { " " } else { "\n    " };
        }
        wrapped += word;
    }
    wrapped
}
