//! `cargo ch11 token`: who may ask whose a token is.

use crate::{
    Failure,
    house::{keystone, log_in, validator},
    log::Log,
};
use http::Request;
use nova_neighbours::RestClient;
use nova_objects::{RequestContext, Secret};
use std::time::Duration;
use tokio::time::sleep;

/// For how long a token is good, in seconds.
const GOOD_FOR: u64 = 2;

pub(crate) async fn show() -> Result<(), Failure> {
    let log = Log::default();
    let keystone = keystone(&log, GOOD_FOR).await?;
    let rest = RestClient::new("keystone", &format!("{}/v3", keystone.url));
    let (nova, context) = (validator(&keystone.url, "nova"), nobody());
    let ann = log_in(&keystone.url, "ann").await?;
    let bob = log_in(&keystone.url, "bob").await?;
    let made_up = Secret::from("5ab1ec7");

    nova.validate(&context, &ann).await?;
    nova.validate(&context, &made_up).await?;
    for (token, subject) in
        [(Some(&ann), &ann), (Some(&bob), &ann), (None, &ann), (Some(&made_up), &ann)]
    {
        let context = RequestContext { auth_token: token.cloned(), ..nobody() };
        let about = Request::get("/auth/tokens").header("x-subject-token", subject.expose());
        rest.send(&context, about, None).await?;
    }
    println!("Tokens are good for {GOOD_FOR} seconds.");
    log.print();

    sleep(Duration::from_millis(1000 * GOOD_FOR + 100)).await;
    let again = log_in(&keystone.url, "ann").await?;
    let access = nova.validate(&context, &again).await?;
    let old = nova.validate(&context, &ann).await?;
    println!(
        "When they have expired, Ann logs in again, and Nova asks about the new one and the old one."
    );
    log.print();
    let access = access.ok_or("nobody's")?;
    let project = access.project.map(|project| project.name).unwrap_or_default();
    let roles: Vec<String> = access.roles.into_iter().map(|role| role.name).collect();
    println!("The new one is {}'s, in {project}: {}.", access.user.name, roles.join(", "));
    println!("The old one is {}.", if old.is_some() { "good" } else { "nobody's" });
    Ok(())
}

fn nobody() -> RequestContext {
    RequestContext { request_id: String::new(), ..RequestContext::default() }
}
