//! Sending a request, and saying what came of it.

use crate::Failure;
use http::HeaderValue;
use http_body_util::BodyExt;
use nova_objects::RequestContext;
use nova_paste::{Application, Environ, Raised, Request, Response, body};
use nova_router::{LeadsTo, Route, Router};
use serde_json::Value;

/// `Servers.show`, with a dagger if the controller has no such method.
pub(crate) fn destination(route: &Route) -> String {
    match route.leads_to() {
        LeadsTo::Redirect(elsewhere) => format!("redirect to {}", elsewhere.destination()),
        LeadsTo::Resource(resource) => {
            let dagger = if route.location().is_none() { " †" } else { "" };
            format!("{}.{}{dagger}", resource.name(), route.action_name().unwrap_or_default())
        }
    }
}

/// Where `line` leads, and the answer of who is there. What the server, URLMap and the filters
/// would have noted, the request has already: the user is demo, the project c0ffee.
pub(crate) async fn send(
    router: &Router,
    line: &str,
) -> Result<(String, Result<Response, Raised>), Failure> {
    let (_, found) = router.route(request(line)?).await?;
    let leads_to = found.map_or("nowhere".to_owned(), |found| destination(&found.route));
    Ok((leads_to, router.call(request(line)?).await))
}

/// Reads `POST /servers/42/action  Content-Type: text/plain  {"os-start": null}`.
fn request(line: &str) -> Result<Request, http::Error> {
    let mut words = line.split("  ");
    let (method, target) = words.next().and_then(|first| first.split_once(' ')).unwrap_or_default();
    let mut request = http::Request::builder().method(method);
    let mut text = String::new();
    for word in words {
        match word.split_once(": ") {
            Some((name, value)) if !name.starts_with('{') => request = request.header(name, value),
            _ => text = word.to_owned(),
        }
    }
    let mut request = request.body(body(text))?;
    let (path_info, query_string) = target.split_once('?').unwrap_or((target, ""));
    *Environ::of_mut(&mut request) = Environ {
        url_scheme: "http".into(),
        host: "nova:8774".into(),
        script_name: "/v2.1".into(),
        path_info: path_info.into(),
        query_string: query_string.into(),
        context: Some(RequestContext::new("demo", "c0ffee")),
        ..Environ::default()
    };
    Ok(request)
}

/// A row: where `line` leads, and what it gets.
pub(crate) fn row(line: &str, leads_to: &str, outcome: &Outcome) -> String {
    let row = format!("{line:32}{leads_to:21}{} {}", outcome.status, outcome.said[0]);
    row.trim_end().to_owned()
}

/// All that is said to `line`, below it, with the version of who says it.
pub(crate) fn paragraph(line: &str, outcome: &Outcome) -> String {
    let version = outcome.version.as_ref().map(|version| format!(" ({version})"));
    let words = outcome.said.join(": ").replace('\n', "\n    ");
    let mut text = format!("{line}\n  {}{}", outcome.status, version.unwrap_or_default());
    for word in words.split(' ') {
        let width = text.rsplit('\n').next().map_or(0, str::len);
        text += if width + word.len() < 100 { " " } else { "\n    " };
        text += word;
    }
    text.trim_end().to_owned()
}

/// What came of a request.
pub(crate) struct Outcome {
    status: String,
    /// The version that the answer says it has.
    version: Option<String>,
    /// The name of a fault and its message, or what was answered.
    said: Vec<String>,
}

impl Outcome {
    pub(crate) async fn of(answer: Result<Response, Raised>) -> Result<Self, Failure> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(Raised { class, message, .. }) => {
                return Ok(Self {
                    status: "raised".into(),
                    version: None,
                    said: vec![class, message],
                });
            }
        };
        let status = answer.status().as_str().to_owned();
        let version = answer.headers().get("x-openstack-nova-api-version");
        let version = version.map(header).transpose()?.map(str::to_owned);
        let is_text = header(&answer.headers()["content-type"])?.starts_with("text/");
        let text = String::from_utf8(answer.into_body().collect().await?.to_bytes().to_vec())?;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let fault = json.as_object().and_then(|object| object.iter().next());
        let said = match fault.and_then(|(name, fault)| Some((name, fault["message"].as_str()?))) {
            Some((name, message)) => vec![name.clone(), message.to_owned()],
            None if is_text => vec!["plain text".into()],
            None => vec![text],
        };
        Ok(Self { status, version, said })
    }
}

fn header(value: &HeaderValue) -> Result<&str, Failure> {
    Ok(value.to_str()?)
}

/// The answer as it goes out.
pub(crate) async fn whole(answer: Response) -> Result<String, Failure> {
    let mut lines = vec![answer.status().to_string()];
    for (name, value) in answer.headers() {
        lines.push(format!("{name}: {}", header(value)?));
    }
    let body = answer.into_body().collect().await?.to_bytes();
    Ok(format!("{}\n\n{}", lines.join("\n"), String::from_utf8_lossy(&body)).trim_end().to_owned())
}
