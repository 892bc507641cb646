//! `mini-nova show`: what a cloud is made of.

mod flow;
mod states;

use super::{ConfArgs, block_on, print};
use crate::{Conf, Error, Neighbours, conf::OPTIONS, wiring};
use clap::{Args, Subcommand};
use nova_extensions::{ApiRouterV21, api_router_v21::Extension};
use nova_objects::{MemoryStore, Plugs, Store};
use nova_router::{LeadsTo, Route};
use nova_rpc::{MemoryTransport, Transport};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Args)]
pub(super) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The apps and filters that the paste file became
    Paste(PasteOptions),
    /// The URLs that the API answers, and who answers them
    Routes(RoutesOptions),
    /// The extensions that the API is made of
    Extensions(Shown),
    /// Every option, with its value
    Config(Shown),
    /// What can be done to a server, and in which states
    States(Shown),
    /// The way of a request through a cloud that is up; without an id, the requests of late
    Flow(flow::Options),
}

#[derive(Args)]
struct PasteOptions {
    /// Another paste file than the configuration's
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Which of its apps
    #[arg(long, value_name = "NAME", default_value = "osapi_compute")]
    app: String,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Args)]
struct RoutesOptions {
    /// Only those with this text in any column, in capitals or not
    filter: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Args)]
struct Shown {
    #[command(flatten)]
    conf: ConfArgs,
    /// Print data instead of text
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: Options) -> Result<(), Error> {
    let (shown, text, data) = match options.what {
        What::Paste(PasteOptions { file, app, shown }) => {
            let mut conf = shown.conf.read()?;
            conf.api_paste_config = file.or(conf.api_paste_config);
            let (_, graph) = wiring::paste_app(&conf, plugs(&conf)?, &app)?;
            let data = serde_json::to_value(&graph).map_err(Error::Json)?;
            (shown, graph.to_string(), data)
        }
        What::Routes(RoutesOptions { filter, shown }) => {
            let api = ApiRouterV21::new(&plugs(&shown.conf.read()?)?)?;
            let routes = filtered(routes(&api), &filter.unwrap_or_default())?;
            let names = ["method", "path", "controller", "action"];
            let data = routes.iter().map(|row| named(names, row)).collect();
            (shown, table(&routes) + TWINS, data)
        }
        What::Extensions(shown) => {
            let conf = shown.conf.read()?;
            let api = ApiRouterV21::new(&plugs(&conf)?)?;
            let (text, data) = extensions(&conf, &api);
            (shown, text, data)
        }
        What::Config(shown) => {
            let conf = shown.conf.read()?;
            (shown, config(&conf), config_data(&conf))
        }
        What::States(shown) => {
            let (text, data) = states::states();
            (shown, text, data)
        }
        What::Flow(options) => return block_on(flow::run(options)),
    };
    let data = serde_json::to_string_pretty(&data).map_err(Error::Json)?;
    print(&format!("{}\n", if shown.json { &data } else { text.trim_end() }))
}

/// What the API's factories need to be loaded; nothing listens, and nobody is asked.
fn plugs(conf: &Conf) -> Result<Plugs, Error> {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
    Ok(wiring::api_plugs(conf, &store, &transport, &Neighbours::default())?)
}

const TWINS: &str = "
The routes of a collection also stand below /{project_id}, and with .json or .xml behind them.
";

/// One row for each route that is not another's twin, below a project or with a format.
fn routes(api: &ApiRouterV21) -> Vec<[String; 4]> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for route in api.routes() {
        let row = row(route);
        if !row[1].ends_with(".{format}") && !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

/// The rows with `filter` in one of their columns.
fn filtered(rows: Vec<[String; 4]>, filter: &str) -> Result<Vec<[String; 4]>, Error> {
    let (all, wanted) = (rows.len(), filter.to_lowercase());
    let fits = |row: &[String; 4]| row.iter().any(|cell| cell.to_lowercase().contains(&wanted));
    let rows: Vec<_> = rows.into_iter().filter(fits).collect();
    if rows.is_empty() { Err(Error::NoRoute { filter: filter.to_owned(), all }) } else { Ok(rows) }
}

fn row(route: &Route) -> [String; 4] {
    let methods = route.allowed_methods().map(|methods| methods.join(" "));
    let method = methods.unwrap_or_else(|| "any".into());
    let path = Some(route.template()).filter(|path| !path.is_empty());
    let path = path.unwrap_or_else(|| "(empty)".into());
    let (controller, action) = match route.leads_to() {
        LeadsTo::Redirect(elsewhere) => ("redirect", elsewhere.destination()),
        LeadsTo::Resource(resource) => (resource.name(), route.action_name().unwrap_or_default()),
    };
    [method, path, controller.to_owned(), action.to_owned()]
}

fn named<const N: usize>(names: [&str; N], values: &[String; N]) -> Value {
    let pairs = names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), json!(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Rows, each column as wide as its widest cell.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// The extensions, in the form in which packages offer them: by namespace.
fn extensions(conf: &Conf, api: &ApiRouterV21) -> (String, Value) {
    let alias = |loaded: &Extension| Some((loaded.entry_point.name, loaded.obj.as_ref()?.alias));
    let aliases: BTreeMap<_, _> = api.extensions().filter_map(alias).collect();
    let (mut text, mut data) = (String::new(), Vec::new());
    let mut namespace = "";
    for entry_point in &conf.installed.extensions {
        let Some(alias) = aliases.get(entry_point.name) else { continue };
        if entry_point.namespace != namespace {
            namespace = entry_point.namespace;
            text += &format!("{namespace} =\n");
        }
        text += &format!("    {} = {}\n", entry_point.name, entry_point.target);
        data.push(json!({
            "namespace": entry_point.namespace,
            "name": entry_point.name,
            "target": entry_point.target,
            "alias": alias,
            "file": entry_point.location.file(),
            "line": entry_point.location.line(),
        }));
    }
    (text, Value::Array(data))
}

/// The options as a nova.conf that would change nothing.
fn config(conf: &Conf) -> String {
    let mut text = String::new();
    let mut group = "";
    for opt in OPTIONS {
        if opt.group != group {
            group = opt.group;
            text += &format!("\n[{group}]\n");
        }
        let line = match (opt.show)(conf) {
            Some(value) => format!("{} = {}", opt.name, value.replace('\n', "\n  ")),
            None => format!("# {} is a secret", opt.name),
        };
        text += &format!("# {}\n{line}\n", opt.help);
    }
    text.trim_start().replace(" \n", "\n")
}

fn config_data(conf: &Conf) -> Value {
    let rows = OPTIONS.iter().map(|opt| {
        json!({
            "group": opt.group,
            "name": opt.name,
            "value": (opt.show)(conf),
            "help": opt.help,
        })
    });
    rows.collect()
}
