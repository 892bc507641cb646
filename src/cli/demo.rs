//! `mini-nova demo`: one server, one flow.

mod remote;

use super::{ConfArgs, needs_ascii, print, wants_color};
use crate::{Cloud, Conf, Error, collector::Collector};
use clap::Args;
use http::{HeaderMap, Method, Request};
use nova_neighbours::{KeystoneClient, RestClient, keystone::Credentials};
use nova_objects::{RequestContext, Secret};
use nova_traces::{
    Flow, FlowLayer, Flows, Style, only_hops,
    tables::tables,
    text::{text, to_ascii},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tracing_subscriber::prelude::*;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    conf: ConfArgs,
    /// The flavor of the server; `m1.xlarge` fits on none of the demo's hosts
    #[arg(long, default_value = "m1.tiny")]
    flavor: String,
    /// Print the flow as JSON
    #[arg(long)]
    json: bool,
    /// Print what each filter and each weigher said of each host, too
    #[arg(long)]
    why: bool,
    /// Print the same on every run: no times, ids renamed
    #[arg(long)]
    stable: bool,
    /// Draw with ASCII only
    #[arg(long)]
    ascii: bool,
}

/// The project that noauth2 takes out of the token; a project id is hexadecimal.
const TOKEN: &str = "admin:00000000000000000000000000000001";

/// How long the demo waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);

const AGAIN: Duration = Duration::from_millis(5);

pub(super) async fn run(options: Options) -> Result<(), Error> {
    let conf = options.conf.read()?;
    let flows = Flows::default();
    let layer = FlowLayer::new(flows.clone());
    let (layer, collector) = Collector::join(&conf, "mini-nova", layer)?;
    tracing_subscriber::registry().with(layer.with_filter(only_hops())).init();
    let report = if conf.rpc.transport_url.expose().is_empty() {
        run_all(conf, &flows, &options).await?
    } else {
        remote::run(&conf, &options).await?
    };
    if let Some(collector) = collector
        && let Err(lost) = collector.stop().await
    {
        eprintln!("{lost}");
    }
    print(&report)
}

/// The whole cloud, for one server: what it saw of the boot.
async fn run_all(mut conf: Conf, flows: &Flows, options: &Options) -> Result<String, Error> {
    if options.conf.auth_strategy.is_none() {
        conf.pipeline.auth_strategy = "noauth2".into();
    }
    let has_real_guests = conf.has_real_guests();
    if has_real_guests {
        eprintln!("Starting a hypervisor. The first time it takes some seconds to know itself.");
    }
    let cloud = Cloud::builder(conf).free_ports().start().await?;
    let login = cloud.neighbours().identity.as_ref().zip(cloud.administrator());
    let mut demo = Demo::new(cloud.compute_endpoint(), login);
    let booted = demo.boot(&options.flavor, PATIENCE).await?;
    let flow = settled(async || Ok(flows.flow(&booted.request_id))).await?;
    let mut report = report(&booted, &flow, options)?;
    if has_real_guests && booted.server["status"] == "ACTIVE" && !options.json {
        let request_id = demo.console(&booted, PATIENCE).await?;
        let flow = settled(async || Ok(flows.flow(&request_id))).await?;
        let flow = text(&stable(flow, options)?, style(options));
        report.insert_str(report.find(WHAT_NEXT).unwrap_or_default(), &format!("\n{flow}"));
    }
    cloud.stop().await;
    Ok(report)
}

/// What became of the server.
struct Booted {
    request_id: String,
    server: Value,
}

/// Somebody who wants a server.
struct Demo {
    nova: RestClient,
    token: Option<Secret>,
    keystone: Option<KeystoneClient>,
}

impl Demo {
    /// A user of the API at `endpoint`, who logs in if there is somewhere to log in.
    fn new(endpoint: &str, login: Option<(&String, &Credentials)>) -> Self {
        let nova = RestClient::new("nova", endpoint);
        let keystone = login.map(|(url, who)| KeystoneClient::new(url, who.clone(), PATIENCE));
        Self { nova, token: None, keystone }
    }

    /// Gets a token: one that noauth2 believes, or one from the identity service.
    async fn log_in(&mut self) -> Result<(), Error> {
        let token = match &self.keystone {
            Some(keystone) => keystone.log_in(&RequestContext::default()).await?,
            None => TOKEN.into(),
        };
        self.token = Some(token);
        Ok(())
    }

    /// Boots a server, and waits until it is no longer in BUILD.
    async fn boot(&mut self, flavor: &str, patience: Duration) -> Result<Booted, Error> {
        let late = |_| Error::Demo("the server did not leave BUILD in time".into());
        timeout(patience, self.boot_and_wait(flavor)).await.map_err(late)?
    }

    async fn boot_and_wait(&mut self, flavor: &str) -> Result<Booted, Error> {
        self.log_in().await?;
        let flavor_ref = self.flavor_id(flavor).await?;
        // As the openstack client does at each command; so the flow shows how a token is checked.
        self.log_in().await?;
        let body = json!({ "server": {
            "name": "demo",
            "flavorRef": flavor_ref,
            "imageRef": nova_neighbours::glance::CIRROS,
        }});
        let (headers, created) = self.ask(&Method::POST, "/servers", Some(&body)).await?;
        let request_id = request_id(&headers);
        let path = format!("/servers/{}", created["server"]["id"].as_str().unwrap_or_default());
        loop {
            let (_, shown) = self.ask(&Method::GET, &path, None).await?;
            if shown["server"]["status"] != "BUILD" {
                return Ok(Booted { request_id, server: shown["server"].clone() });
            }
            sleep(AGAIN).await;
        }
    }

    /// Asks for the console until the guest has said something, and gives the id of the request
    /// that was answered with it.
    async fn console(&mut self, booted: &Booted, patience: Duration) -> Result<String, Error> {
        self.log_in().await?;
        let late = |_| Error::Demo("the guest says nothing on its console".into());
        timeout(patience, self.ask_for_console(booted)).await.map_err(late)?
    }

    async fn ask_for_console(&self, booted: &Booted) -> Result<String, Error> {
        let id = booted.server["id"].as_str().unwrap_or_default();
        let path = format!("/servers/{id}/action");
        let body = json!({ "os-getConsoleOutput": { "length": 10 } });
        loop {
            let (headers, said) = self.ask(&Method::POST, &path, Some(&body)).await?;
            if !said["output"].as_str().unwrap_or_default().trim().is_empty() {
                return Ok(request_id(&headers));
            }
            sleep(AGAIN).await;
        }
    }

    async fn flavor_id(&self, name: &str) -> Result<Value, Error> {
        let (_, list) = self.ask(&Method::GET, "/flavors", None).await?;
        let flavors = list["flavors"].as_array().map(Vec::as_slice).unwrap_or_default();
        match flavors.iter().find(|flavor| flavor["name"] == name) {
            Some(flavor) => Ok(flavor["id"].clone()),
            None => {
                let names: Vec<&str> =
                    flavors.iter().filter_map(|flavor| flavor["name"].as_str()).collect();
                let names = names.join(", ");
                Err(Error::Demo(format!("no flavor named {name}; there are {names}")))
            }
        }
    }

    async fn ask(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(HeaderMap, Value), Error> {
        let request = Request::builder().method(method).uri(path);
        // Each is a request of its own, with a trace of its own.
        let context =
            RequestContext { auth_token: self.token.clone(), ..RequestContext::default() };
        let answer = self.nova.send(&context, request, body).await?;
        if !answer.status.is_success() {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(Error::Demo(format!("{method} {path}: {}: {text}", answer.status)));
        }
        Ok((answer.headers, serde_json::from_slice(&answer.body).unwrap_or_default()))
    }
}

/// Which request this is an answer to.
fn request_id(headers: &HeaderMap) -> String {
    let id = headers.get("x-compute-request-id").and_then(|id| id.to_str().ok());
    id.unwrap_or_default().to_owned()
}

/// The flow once its last echo has died away: the guest runs a little before the last hop ends.
async fn settled(look: impl AsyncFn() -> Result<Flow, Error>) -> Result<Flow, Error> {
    for _ in 0..400 {
        let flow = look().await?;
        // Where others collect it, their parts may be there before the API's, where it begins.
        if flow.segments.iter().any(|segment| segment.lane == "api") && flow.is_settled() {
            return Ok(flow);
        }
        sleep(AGAIN).await;
    }
    look().await
}

/// The flow, the same on every run if that is wanted.
fn stable(flow: Flow, options: &Options) -> Result<Flow, Error> {
    if options.stable { flow.stable().map_err(Error::Json) } else { Ok(flow) }
}

fn style(options: &Options) -> Style {
    Style {
        color: wants_color(&std::io::stdout()) && !options.stable,
        ascii: options.ascii || needs_ascii(),
        times: !options.stable,
    }
}

fn report(booted: &Booted, flow: &Flow, options: &Options) -> Result<String, Error> {
    let flow = &stable(flow.clone(), options)?;
    if options.json {
        return serde_json::to_string_pretty(flow).map(|json| json + "\n").map_err(Error::Json);
    }
    let style = style(options);
    let mut why = if options.why { tables(flow) + "\n" } else { String::new() };
    if style.ascii {
        why = to_ascii(&why);
    }
    Ok(format!("{}\n{why}{}{WHAT_NEXT}", text(flow, style), fate(&booted.server)))
}

/// What became of the server, in a line.
fn fate(server: &Value) -> String {
    let status = server["status"].as_str().unwrap_or_default();
    match server["fault"]["message"].as_str() {
        Some(fault) => format!(" Server demo is in {status}: {fault}\n"),
        None => {
            let host = server["OS-EXT-SRV-ATTR:host"].as_str().unwrap_or("no host");
            format!(" Server demo is {status} on {host}.\n")
        }
    }
}

const WHAT_NEXT: &str = "
 What next
   cargo run -- --flavor m1.xlarge        a server that fits nowhere
   cargo run -- --why                     what each filter and weigher said of each host
   cargo run -- --auth-strategy keystone  the same boot, behind a login
   cargo run -- --json                    the same flow, as data
   cargo run -- show routes               what else could be asked
   cargo run -- all                       a cloud that stays up, for curl and the openstack client
   cargo ch01                             the first chapter's program
   cargo book serve                       the book
";
