//! Why an instance is where it is: what each filter and each weigher said of each host.
//!
//! The scheduler's hops carry it as data, a row a host. Here it is drawn.

use crate::Flow;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::fmt::Write;

/// The columns that a line may take for names before the next one begins.
const WIDTH: usize = 78;

#[derive(Deserialize)]
struct Filtering {
    hosts: usize,
    filters: Vec<Filter>,
    rows: Vec<Verdicts>,
}

#[derive(Deserialize)]
struct Filter {
    filter: String,
}

#[derive(Deserialize)]
struct Verdicts {
    #[serde(flatten)]
    host: Host,
    passed: usize,
    why: Option<String>,
}

#[derive(Deserialize)]
struct Weighing {
    hosts: usize,
    rows: Vec<Weighed>,
    chosen: Weighed,
}

#[derive(Deserialize)]
struct Weighed {
    #[serde(flatten)]
    host: Host,
    weight: f64,
    scores: Vec<Score>,
}

#[derive(Deserialize)]
struct Score {
    weigher: String,
    raw: f64,
    score: f64,
}

#[derive(Deserialize, PartialEq)]
struct Host {
    host: String,
    nodename: String,
}

impl Host {
    /// The host's name, and the node's behind it where it has another.
    fn name(&self) -> String {
        match &self.nodename {
            node if *node == self.host => self.host.clone(),
            node => format!("{}/{node}", self.host),
        }
    }
}

/// The tables of all decisions in `flow`, in their order: hosts by filters, hosts by weighers.
pub fn tables(flow: &Flow) -> String {
    let hops = flow.segments.iter().flat_map(|segment| &segment.hops);
    let drawn = hops.filter_map(|hop| table(hop.data.as_ref()?));
    drawn.collect::<Vec<_>>().join("\n")
}

/// The table of one decision; `None` if `data` is of another hop.
pub fn table(data: &Value) -> Option<String> {
    fn read<T: DeserializeOwned>(data: &Value) -> Option<T> {
        T::deserialize(data).ok()
    }
    read(data).map(|data| filters(&data)).or_else(|| read(data).map(|data| weighers(&data)))
}

/// A line a host: a mark for each filter that was asked, and why the last one failed it.
fn filters(filtering: &Filtering) -> String {
    let numbered = (1..).zip(&filtering.filters);
    let names = numbered.map(|(number, filter)| format!("{number} {}", filter.filter));
    let margin = margin("filters", filtering.rows.iter().map(|row| &row.host));
    let mut table = String::new();
    for (number, line) in lines(names).iter().enumerate() {
        let head = if number == 0 { "filters" } else { "" };
        let _ = writeln!(table, " {head:margin$}  {line}");
    }
    let marks = |row: &Verdicts| {
        let passed = (0..row.passed).map(|filter| mark(filter, "✓"));
        let failed = row.why.iter().map(|_| mark(row.passed, "×"));
        passed.chain(failed).collect::<Vec<_>>().join(" ")
    };
    let numbers: Vec<_> = (1..=filtering.filters.len()).map(|number| number.to_string()).collect();
    let _ = writeln!(table, " {:margin$}  {}", "", numbers.join(" "));
    for row in &filtering.rows {
        let why = row.why.as_deref().unwrap_or_default();
        let line = format!(" {:margin$}  {} {why}", row.host.name(), marks(row));
        let _ = writeln!(table, "{}", line.trim_end());
    }
    table + &more(filtering.hosts, filtering.rows.len())
}

/// A mark as wide as the number of its filter.
fn mark(filter: usize, mark: &str) -> String {
    format!("{mark:>width$}", width = (filter + 1).to_string().len())
}

/// A line a host: what each weigher measured, and how that counts. A weigher to which all hosts
/// are the same is named only.
fn weighers(weighing: &Weighing) -> String {
    let telling: Vec<usize> = (0..weighing.chosen.scores.len())
        .filter(|&column| {
            let chosen = weighing.chosen.scores[column].score;
            weighing.rows.iter().any(|row| (row.scores[column].score - chosen).abs() > 0.0)
        })
        .collect();
    let margin = margin("weighers", weighing.rows.iter().map(|row| &row.host));
    let cell = |text: &str| format!("{text:<18}");
    let names = telling.iter().map(|&column| cell(&weighing.chosen.scores[column].weigher));
    let mut table = format!(" {:margin$}  {}weight\n", "weighers", names.collect::<String>());
    for row in &weighing.rows {
        let score = |&column: &usize| {
            let Score { raw, score, .. } = &row.scores[column];
            cell(&format!("{raw} → {score:.2}"))
        };
        let scores: String = telling.iter().map(score).collect();
        let chosen = if row.host == weighing.chosen.host { "  chosen" } else { "" };
        let name = row.host.name();
        let _ = writeln!(table, " {name:margin$}  {scores}{:.2}{chosen}", row.weight);
    }
    table.push_str(&more(weighing.hosts, weighing.rows.len()));
    let same = (0..weighing.chosen.scores.len()).filter(|column| !telling.contains(column));
    let same = same.map(|column| weighing.chosen.scores[column].weigher.clone());
    for line in lines(same) {
        let _ = writeln!(table, " {:margin$}  ({line}: no difference)", "");
    }
    table
}

/// The width of the column of names.
fn margin<'h>(head: &str, hosts: impl Iterator<Item = &'h Host>) -> usize {
    hosts.map(|host| host.name().chars().count()).chain([head.len()]).max().unwrap_or(0)
}

/// Names in lines that are not too long.
fn lines(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if line.len() + name.len() + 2 <= WIDTH => *line += &format!("  {name}"),
            _ => lines.push(name),
        }
    }
    lines
}

fn more(hosts: usize, shown: usize) -> String {
    match hosts.saturating_sub(shown) {
        0 => String::new(),
        more => format!(" and {more} more\n"),
    }
}
