//! Whatever a body says, the API answers, and what it refuses it does not write down.

use crate::{
    bodies::Good,
    house::{House, PROJECT},
    mutations::{Mutation, mutations},
    routes::{Raw, Way},
    rows::Rows,
    running_cloud::image,
};
use http::StatusCode;
use nova_objects::Store;
use serde_json::Value;
use std::sync::Arc;

/// Nova's names for faults (`nova.api.openstack.wsgi.Fault._fault_names`).
const FAULTS: [&str; 8] = [
    "badRequest",
    "unauthorized",
    "forbidden",
    "itemNotFound",
    "badMethod",
    "conflictingRequest",
    "overLimit",
    "badMediaType",
];

/// The API, of which an administrator asks.
struct Target {
    house: House,
    rows: Arc<Rows>,
    ways: Vec<Way>,
}

impl Target {
    async fn new() -> Self {
        let rows = Rows::of(("admin", PROJECT)).await;
        let plugged: Arc<dyn Store> = rows.clone();
        let house = House::with(vec![image().unwrap()], |plugs| plugs.plug(plugged.clone())).await;
        let ways = Way::all(&house).into_iter().filter(|way| !way.project).collect();
        Self { house, rows, ways }
    }

    /// The good requests for which there is a way.
    fn good(&self) -> Vec<Good> {
        let has_way = |good: &Good| self.ways.iter().any(|way| good.is_for(way));
        Good::all().filter(has_way).collect()
    }

    /// What is wrong with the answer to `raw`, if it should not, or need not, be accepted.
    async fn problem(&self, raw: &Raw<'_>, sure: bool) -> Option<String> {
        let before = self.rows.all().await;
        self.house.sockets.sent();
        let (status, text) = match self.house.send(raw).await {
            Ok(answer) => answer,
            Err(problem) => return Some(problem),
        };
        if status.as_u16() < 400 {
            self.rows.rewind().await;
            return sure.then(|| format!("accepted: {status}"));
        }
        let problem = fault_problem(status, &text).or_else(|| {
            let told = self.house.sockets.sent();
            (!told.is_empty()).then(|| format!("refused, but somebody was told {}", told[0].method))
        });
        if self.rows.all().await != before {
            self.rows.rewind().await;
            return Some(format!("refused with {status}, but rows have changed"));
        }
        problem
    }
}

/// What is wrong with a fault.
fn fault_problem(status: StatusCode, text: &str) -> Option<String> {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let faults: Vec<_> = body.as_object().into_iter().flatten().collect();
    let [(name, fault)] = &faults[..] else { return Some(format!("{status}, no fault: {text}")) };
    let good = status.is_client_error()
        && FAULTS.contains(&name.as_str())
        && fault["code"] == status.as_u16()
        && fault["message"].as_str().is_some_and(|message| !message.is_empty());
    (!good).then(|| format!("{status}: {text}"))
}

fn raw(good: &Good) -> Raw<'_> {
    let body = good.body.as_ref().map_or_else(String::new, Value::to_string);
    Raw {
        token: ADMIN,
        method: good.method,
        path: good.path(),
        version: good.version,
        content_type: "application/json",
        body: body.into_bytes(),
    }
}

const ADMIN: &str = "admin:c0ffee";

#[tokio::test]
async fn each_way_that_takes_a_body_has_a_good_one() {
    let target = Target::new().await;
    let good: Vec<Good> = Good::all().collect();
    let mut bare = Vec::new();
    for way in target.ways.iter().filter(|way| ["POST", "PUT"].contains(&&*way.method)) {
        let mut bodies = good.iter().filter(|good| good.takes(way));
        let has = |action: &&str| good.iter().any(|g| g.takes(way) && g.action() == Some(*action));
        if way.template.contains("{format}") {
            continue;
        }
        bare.extend(way.actions.iter().filter(|action| !has(action)).map(|a| (*a).to_owned()));
        if bodies.next().is_none() {
            bare.push(format!("{} {}", way.method, way.template));
        }
    }
    assert!(bare.is_empty(), "to be added to bodies.txt: {bare:#?}");
}

#[tokio::test]
async fn a_good_body_is_not_refused_for_what_it_says() {
    let target = Target::new().await;
    let mut refused = Vec::new();
    for good in target.good() {
        let (status, text) = target.house.send(&raw(&good)).await.unwrap();
        target.rows.rewind().await;
        // A state may stand in the way, and of the consoles there is only VNC.
        let is_elsewhere =
            status == StatusCode::CONFLICT || text.contains("Unavailable console type");
        if status.as_u16() >= 400 && !is_elsewhere {
            refused.push(format!("{} {} {:?}: {text}", good.method, good.path(), good.action()));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test]
async fn a_bad_body_is_a_fault_and_changes_nothing() {
    let target = Target::new().await;
    let (mut problems, mut asked) = (Vec::new(), 0);
    for good in target.good() {
        for Mutation { what, body, sure } in mutations(good.body.as_ref()) {
            let raw = Raw { body, ..raw(&good) };
            asked += 1;
            if let Some(problem) = target.problem(&raw, sure).await {
                let action = good.action().unwrap_or_default();
                problems.push(format!("{} {} {action}: {what}: {problem}", raw.method, raw.path));
            }
        }
    }
    assert!(problems.is_empty(), "{} of {asked}: {problems:#?}", problems.len());
}

#[tokio::test]
async fn a_good_body_at_a_bad_place_or_under_a_bad_name_is_a_fault() {
    let target = Target::new().await;
    let mut problems = Vec::new();
    let long = "a".repeat(5000);
    let ids = ["no-such-thing", "99999999-9999-9999-9999-999999999999", "-1", "\0\u{7}", &long];
    for good in target.good() {
        let places = ids.iter().filter_map(|id| good.path_of(id));
        let elsewhere = places.map(|path| Raw { path, ..raw(&good) });
        let types = ["application/xml", "text/html", "multipart/form-data; boundary=x"];
        let types = types.into_iter().filter(|_| good.body.is_some());
        let otherwise = types.map(|content_type| Raw { content_type, ..raw(&good) });
        for raw in elsewhere.chain(otherwise) {
            if let Some(problem) = target.problem(&raw, true).await {
                problems.push(format!("{} {:?}: {problem}", raw.path, raw.content_type));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
