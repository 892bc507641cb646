//! The rules of this exercise.

use budget::{Budget, ENTRY_POINTS};
use http::Method;
use http_body_util::BodyExt;
use kit::{House, pasted, rule, rule_that};
use mini_nova::Conf;
use nova_objects::{Plugs, RequestContext};
use nova_paste::{
    App, EntryPoint, Environ, GlobalConf, Loader, LocalConf, PasteConfig, PasteError, Registry,
    Request, Response, app_fn, body,
};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

/// Three requests in ten seconds.
const FILE: &str = "
[pipeline:main]
pipeline = budget app

[filter:budget]
paste.filter_factory = workshop.budget:Budget.factory
requests = 3
seconds = 10

[app:app]
paste.app_factory = the:app
";

/// What the app behind the filter knows: who is in it, and whether they may leave.
#[derive(Clone)]
struct Behind {
    arrived: Arc<AtomicU32>,
    exit: Arc<Semaphore>,
}

impl Behind {
    /// An app whose exit is open or shut.
    fn new(open: bool) -> Self {
        let permits = if open { Semaphore::MAX_PERMITS } else { 0 };
        Self { arrived: Arc::default(), exit: Arc::new(Semaphore::new(permits)) }
    }

    /// How many have been let in so far.
    fn arrived(&self) -> u32 {
        self.arrived.load(Ordering::SeqCst)
    }

    /// This app behind the filter.
    fn load(&self) -> App {
        let registry = Registry::new(Plugs::default().plug(self.clone()))
            .install("workshop", ENTRY_POINTS)
            .install("the", &[EntryPoint::app("the:app", app)]);
        let config = PasteConfig::parse("mine.ini", FILE).unwrap();
        config.loader(&registry).load_app("main").unwrap().0
    }
}

fn app(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let behind: Behind = loader.plugs().get()?;
    Ok(app_fn(move |_request| {
        let behind = behind.clone();
        async move {
            behind.arrived.fetch_add(1, Ordering::SeqCst);
            drop(behind.exit.acquire().await);
            Ok(Response::new(body("done")))
        }
    }))
}

async fn ask(app: &App, project: &str) -> Response {
    let mut request = Request::new(body(""));
    let known = (!project.is_empty()).then(|| RequestContext::new("demo", project));
    Environ::of_mut(&mut request).context = known;
    app.call(request).await.unwrap()
}

/// How many requests of the project pass, one after the other, until one is refused.
async fn passing(app: &App, project: &str) -> u32 {
    for passed in 0..100 {
        if ask(app, project).await.status() != 200 {
            return passed;
        }
    }
    100
}

#[tokio::test]
async fn who_has_spent_all_gets_a_fault() {
    let behind = Behind::new(true);
    let app = behind.load();
    rule("the budget is 3", 3, passing(&app, "blue").await);
    let refused = ask(&app, "blue").await;
    rule("the next one is refused", 429, refused.status().as_u16());
    let told = refused.headers().get("retry-after").cloned();
    let told = told.map_or(String::new(), |value| value.to_str().unwrap().to_owned());
    rule_that(
        "it is told when to come back",
        told.parse::<u64>().is_ok_and(|wait| wait <= 10),
        &told,
    );
    let text = refused.into_body().collect().await.unwrap().to_bytes();
    let fault: Value = serde_json::from_slice(&text).unwrap_or_default();
    rule("the body is a fault, and says so too", told, fault["overLimit"]["retryAfter"].clone());
    rule("the app was called for those that passed", 3, behind.arrived());
}

#[test]
fn who_waits_as_long_as_told_has_all_again() {
    let budget = Budget::new(Behind::new(true).load(), 3, Duration::from_secs(10));
    let start = Instant::now();
    let spend = |millis| budget.spend(Some("blue".into()), start + Duration::from_millis(millis));
    let [first, second, third] = [spend(0), spend(0), spend(2_400)];
    rule("the first budget", [Ok(()); 3], [first, second, third]);
    rule("7.5 seconds are left, rounded up", Err(8), spend(2_500));
    rule("nothing is left before the seconds are over", Err(1), spend(9_990));
    rule("the budget after the wait that was told", [Ok(()); 3], [(); 3].map(|()| spend(10_500)));
    rule("whose seconds begin with its first request", Err(1), spend(20_490));
    rule("and so on", Ok(()), spend(20_500));
}

#[tokio::test]
async fn projects_do_not_share() {
    let app = Behind::new(true).load();
    for project in ["blue", "red", ""] {
        let who = if project.is_empty() { "who has no project" } else { project };
        rule(&format!("the budget of {who}"), 3, passing(&app, project).await);
    }
    rule("and nothing is left of the first", 0, passing(&app, "blue").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_at_once_exactly_the_budget_passes() {
    let behind = Behind::new(false);
    let app = behind.load();
    let mut asking = JoinSet::new();
    for _ in 0..20 {
        let app = app.clone();
        asking.spawn(async move { ask(&app, "blue").await.status().as_u16() });
    }
    // Who is refused is answered at once; who is let in stays in the app.
    let mut refused = 0;
    while let Ok(Some(answer)) = timeout(Duration::from_secs(2), asking.join_next()).await {
        refused += u32::from(answer.unwrap() == 429);
        if refused + behind.arrived() == 20 {
            break;
        }
    }
    rule(
        "how many are in the app, and how many were refused",
        (3, 17),
        (behind.arrived(), refused),
    );
    behind.exit.add_permits(20);
    rule("those who were in the app are answered", vec![200; 3], asking.join_all().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_a_refused_request_ends_at_the_filter() {
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let old = "osprofiler noauth2 osapi_compute_app_v21";
    let new = "osprofiler noauth2 budget osapi_compute_app_v21";
    let section = "
[filter:budget]
paste.filter_factory = workshop.budget:Budget.factory
requests = 3
seconds = 3600
";
    let _file = pasted(&mut conf, old, new, section);
    let house = House::start(conf).await;
    let (blue, red) = ([("x-auth-token", "demo:blue")], [("x-auth-token", "demo:red")]);
    let mut said = Vec::new();
    for _ in 0..4 {
        said.push(house.ask(Method::GET, "/servers", &blue, None).await);
    }
    let other = house.ask(Method::GET, "/servers", &red, None).await;
    let flow = house.flow(said[3].request_id()).await;
    house.stop().await;
    let said: Vec<u16> = said.iter().map(|answer| answer.status).collect();
    rule("four requests of one project", vec![200, 200, 200, 429], said);
    rule("a request of another", 200, other.status);
    rule_that("the filter is in the flow", flow.contains("budget"), &flow);
    rule_that("the flow ends there, without a route", !flow.contains("route"), &flow);
}
