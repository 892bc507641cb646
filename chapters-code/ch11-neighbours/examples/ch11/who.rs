//! `cargo ch11`: who asks whom, and shows which token.

use crate::{
    Failure,
    house::{Service, glance, keystone, log_in},
    log::Log,
    nova::nova,
};
use nova_neighbours::RestClient;
use nova_objects::RequestContext;

/// A user of Nova's.
struct User {
    context: RequestContext,
    nova: RestClient,
}

impl User {
    async fn new(name: &str, keystone: &Service, nova: &Service) -> Result<Self, Failure> {
        let auth_token = Some(log_in(&keystone.url, name).await?);
        let context = RequestContext { auth_token, ..RequestContext::default() };
        Ok(Self { context, nova: RestClient::new("nova", &nova.url) })
    }

    /// Asks Nova what the image is called.
    async fn ask(&self) -> Result<(), Failure> {
        self.nova.get(&self.context, "/image").await?;
        Ok(())
    }
}

pub(crate) async fn show() -> Result<(), Failure> {
    let log = Log::default();
    let keystone = keystone(&log, 3600).await?;
    let glance = glance(&log, &keystone.url).await?;
    let nova = nova(&log, &keystone.url, &glance.url).await?;
    let (ann, bob) =
        (User::new("ann", &keystone, &nova).await?, User::new("bob", &keystone, &nova).await?);
    println!("Ann and Bob log in.");
    log.print();

    ann.ask().await?;
    println!("Ann asks Nova for something that has to do with an image.");
    log.print();

    ann.ask().await?;
    println!("She asks again.");
    log.print();

    keystone.stop().await?;
    ann.ask().await?;
    bob.ask().await?;
    println!("Keystone is stopped. She asks again, and Bob asks for the first time.");
    log.print();
    Ok(())
}
