//! `mini-nova show flow`: what a cloud that is up has seen.

use crate::{
    Error,
    cli::{ConfArgs, needs_ascii, print, wants_color},
    ports::local_endpoint,
};
use clap::{Args, ValueEnum};
use http::StatusCode;
use nova_neighbours::{Answer, RestClient};
use nova_objects::{DateTime, RequestContext};
use nova_traces::{
    Arrival, Flow, Style,
    svg::svg,
    tables::tables,
    text::{text, to_ascii},
    web::html,
};
use serde::de::DeserializeOwned;

#[derive(Args)]
pub(super) struct Options {
    /// The id of the request: what `openstack --debug` and the header X-Compute-Request-Id say
    request_id: Option<String>,
    #[command(flatten)]
    conf: ConfArgs,
    /// How it is shown
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// What each filter and each weigher said of each host, too
    #[arg(long)]
    why: bool,
    /// Draw with ASCII only
    #[arg(long)]
    ascii: bool,
    /// Where the cloud tells it [default: http://127.0.0.1:8780]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A tree with lanes
    Text,
    /// All that is known, for programs
    Json,
    /// A picture
    Svg,
    /// A page to keep, which steps through it
    Html,
}

pub(super) async fn run(options: Options) -> Result<(), Error> {
    let conf = options.conf.read()?;
    let built_in = || local_endpoint(&conf, conf.flow.port);
    let endpoint = options.endpoint.clone().unwrap_or_else(built_in);
    let ask = async |path: &str| {
        let answer = RestClient::new("flows", &endpoint);
        answer.get(&RequestContext::default(), path).await
    };
    let Some(request_id) = &options.request_id else {
        let answer = ask("/flows").await?;
        return print(&match options.format {
            Format::Json => pretty(&answer)?,
            Format::Text => list(&read::<Vec<Arrival>>(&answer)?),
            Format::Svg | Format::Html => return Err(Error::WhichFlow),
        });
    };
    let answer = ask(&format!("/flows/{request_id}")).await?;
    if answer.status == StatusCode::NOT_FOUND {
        return Err(Error::NoFlow { request_id: request_id.clone(), endpoint });
    }
    print(&match options.format {
        Format::Json => pretty(&answer)?,
        Format::Text => drawn(&read(&answer)?, &options),
        Format::Svg => svg(&read::<Flow>(&answer)?.walk()),
        Format::Html => html(&read::<Flow>(&answer)?.walk()).map_err(Error::Json)?,
    })
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(Error::Json)
}

fn pretty(answer: &Answer) -> Result<String, Error> {
    let value: serde_json::Value = read(answer)?;
    serde_json::to_string_pretty(&value).map(|json| json + "\n").map_err(Error::Json)
}

fn drawn(flow: &Flow, options: &Options) -> String {
    let ascii = options.ascii || needs_ascii();
    let style = Style { color: wants_color(&std::io::stdout()), ascii, times: true };
    let why = if options.why { tables(flow) } else { String::new() };
    text(flow, style) + &if ascii { to_ascii(&why) } else { why }
}

/// The requests, a line each, the youngest last: there the reader looks first.
fn list(arrivals: &[Arrival]) -> String {
    let line = |arrival: &Arrival| {
        let outcome = arrival.outcome.as_deref().unwrap_or("-");
        let took =
            arrival.duration_us.map_or("-".into(), |us| format!("{:.1} ms", us as f64 / 1e3));
        let Arrival { request_id, lane, name, .. } = arrival;
        let at = DateTime::from_micros(arrival.at_us).to_seconds();
        format!("{at}  {outcome:<4} {took:>10}  {request_id}  {lane:<9} {name}\n")
    };
    if arrivals.is_empty() {
        return "No request yet.\n".into();
    }
    arrivals.iter().rev().map(line).collect()
}
