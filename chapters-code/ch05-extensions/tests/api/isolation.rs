//! What one project has is nothing to another: not to be seen, not to be changed, not to be found.

use crate::{
    bodies::Good,
    house::House,
    routes::{Raw, Way},
    rows::Rows,
    running_cloud::{CREATED_BY, GROUP, KEYPAIR, RESCUED, SERVER, image},
};
use nova_objects::{Fields, Store};
use serde_json::Value;
use std::sync::Arc;

/// Who has all there is, and the project it belongs to.
const OWNER: (&str, &str) = ("olive", "a11ce0a11ce0a11ce0");

/// Who has nothing.
const STRANGER: &str = "bob:b0b0b0";

/// What the owner's things are called in URLs.
const IDS: [&str; 9] =
    [SERVER, RESCUED, CREATED_BY, GROUP, KEYPAIR, OWNER.0, OWNER.1, "My Server Name", "private"];

/// What else nobody but the owner may read.
const SECRETS: [&str; 9] = [
    "new-server-test",
    "new-server-description",
    "Apache1",
    "192.168.0.3",
    "aa:bb:cc:dd:ee:ff",
    "r-00000001",
    "AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==",
    "group-of-the-owner",
    "fake-mini-host1",
];

/// A way whose last variable may be anything: the same for all.
const FOR_ALL: [&str; 1] = ["/os-quota-sets/{id}/defaults"];

/// The API, of which the stranger asks.
struct Neighbourhood {
    house: House,
    rows: Arc<Rows>,
    owned: Vec<Fields>,
}

impl Neighbourhood {
    async fn new() -> Self {
        let rows = Rows::of(OWNER).await;
        let plugged: Arc<dyn Store> = rows.clone();
        let house = House::with(vec![image().unwrap()], |plugs| plugs.plug(plugged.clone())).await;
        let mut all = Self { house, rows, owned: Vec::new() };
        all.owned = all.owned().await;
        all
    }

    /// The rows that say anything of the owner.
    async fn owned(&self) -> Vec<Fields> {
        let is_owned = |row: &Fields| {
            let text = Value::Object(row.clone()).to_string();
            [OWNER.0, OWNER.1, SERVER, RESCUED, GROUP].iter().any(|id| text.contains(id))
        };
        self.rows.all().await.into_iter().filter(is_owned).collect()
    }

    /// What is wrong with how the stranger is answered, who expects one of these statuses.
    async fn problem(&self, raw: &Raw<'_>, statuses: std::ops::Range<u16>) -> Option<String> {
        let (status, text) = match self.house.send(raw).await {
            Ok(answer) => answer,
            Err(problem) => return Some(problem),
        };
        if !statuses.contains(&status.as_u16()) {
            return Some(format!("{status}: {text}"));
        }
        // What somebody says himself is no secret to him.
        let said = format!("{} {}", raw.path, String::from_utf8_lossy(&raw.body));
        let mut secrets = IDS[..7].iter().chain(&SECRETS).filter(|secret| !said.contains(**secret));
        if let Some(secret) = secrets.find(|secret| text.contains(**secret)) {
            return Some(format!("tells {secret}: {text}"));
        }
        let changed = self.owned().await != self.owned;
        changed.then(|| format!("{status}, and the owner's things have changed"))
    }
}

fn raw<'r>(method: &'r str, path: String, version: &'r str) -> Raw<'r> {
    let content_type = "application/json";
    Raw { token: STRANGER, method, path, version, content_type, body: Vec::new() }
}

/// The paths of `way`, with each of the owner's ids in each of its variables.
fn paths(way: &Way) -> Vec<String> {
    let mut paths = vec![way.template.clone()];
    for variable in way.variables() {
        let ids: &[&str] = if variable == "format" { &["json"] } else { &IDS };
        let place = format!("{{{variable}}}");
        let with = |path: &String| ids.iter().map(|id| path.replace(&place, id)).collect();
        paths = paths.iter().flat_map(|path| -> Vec<String> { with(path) }).collect();
    }
    paths
}

/// The bodies that go this way, or none.
fn bodies(way: &Way, good: &[Good]) -> Vec<(&'static str, Vec<u8>)> {
    let written = |good: &Good| {
        let body = good.body.as_ref().map_or_else(String::new, Value::to_string);
        (good.version, body.into_bytes())
    };
    let bodies: Vec<_> = good.iter().filter(|good| good.is_for(way)).map(written).collect();
    if bodies.is_empty() { vec![("2.1", Vec::new()), ("2.47", Vec::new())] } else { bodies }
}

#[tokio::test]
async fn the_things_of_another_project_are_not_there_by_any_way() {
    let all = Neighbourhood::new().await;
    let good: Vec<Good> = Good::all().collect();
    let (mut problems, mut asked) = (Vec::new(), 0);
    for way in Way::all(&all.house).iter().filter(|way| !way.project) {
        let about_all = way.variables().iter().all(|name| *name == "format");
        let for_all = about_all || FOR_ALL.iter().any(|path| way.template.starts_with(path));
        let statuses = if for_all { 200..500 } else { 400..500 };
        for (version, body) in bodies(way, &good) {
            for path in paths(way) {
                let raw = Raw { body: body.clone(), ..raw(&way.method, path, version) };
                asked += 1;
                if let Some(problem) = all.problem(&raw, statuses.clone()).await {
                    problems.push(format!("{} {}: {problem}", raw.method, raw.path));
                }
            }
        }
    }
    assert!(asked > 0 && problems.is_empty(), "{} of {asked}: {problems:#?}", problems.len());
}

#[tokio::test]
async fn no_question_makes_a_list_show_what_another_project_has() {
    let all = Neighbourhood::new().await;
    let queries = [
        "all_tenants=1".to_owned(),
        format!("all_tenants=1&tenant_id={}", OWNER.1),
        format!("project_id={}", OWNER.1),
        format!("user_id={}", OWNER.0),
        format!("uuid={SERVER}"),
        format!("marker={SERVER}"),
        format!("marker={KEYPAIR}"),
        "host=host1".to_owned(),
        "name=.*".to_owned(),
        "deleted=1".to_owned(),
        "changes-since=2000-01-01T00:00:00Z".to_owned(),
        "detailed=1".to_owned(),
    ];
    let mut problems = Vec::new();
    let lists = Way::all(&all.house);
    let lists = lists
        .iter()
        .filter(|way| !way.project && way.method == "GET" && way.variables().is_empty());
    for way in lists {
        for (query, version) in queries.iter().flat_map(|query| [(query, "2.1"), (query, "2.47")]) {
            let raw = raw("GET", format!("{}?{query}", way.template), version);
            if let Some(problem) = all.problem(&raw, 200..500).await {
                problems.push(format!("{}: {problem}", raw.path));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn no_url_of_another_project_is_answered() {
    let all = Neighbourhood::new().await;
    let mut problems = Vec::new();
    for way in Way::all(&all.house).iter().filter(|way| way.project) {
        let path = format!("/{}{}", OWNER.1, paths(way).swap_remove(0));
        let wish = way.actions.first().map(|name| format!("{{\"{name}\": null}}"));
        let body = wish.unwrap_or_default().into_bytes();
        let raw = Raw { body, ..raw(&way.method, path, "2.1") };
        if let Some(problem) = all.problem(&raw, 400..401).await {
            problems.push(format!("{} {}: {problem}", raw.method, raw.path));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
