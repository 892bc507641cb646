//! Makes faults of errors (`nova.api.openstack.FaultWrapper`).

use crate::Fault;
use async_trait::async_trait;
use nova_paste::{
    App, Application, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteError,
    Raised, Request, Response,
};
use std::sync::Arc;

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("nova.api.openstack:FaultWrapper.factory", factory);

/// Turns what was [raised](Raised) inside into a [`Fault`].
///
/// The client reads a stock text. What really happened may be a secret (a path, a password in a
/// URL), so it goes to the log, unless the error says that it is safe to show.
///
/// A panic is no error: it passes, and ends at the server.
pub struct FaultWrapper {
    application: App,
}

/// Makes the filter; it has no settings.
///
/// # Errors
///
/// None.
pub fn factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|application| Arc::new(FaultWrapper::new(application))))
}

impl FaultWrapper {
    /// The filter around `application`.
    pub fn new(application: App) -> Self {
        Self { application }
    }
}

#[async_trait]
impl Application for FaultWrapper {
    // ANCHOR: call
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let answer = self.application.call(request).await;
        Ok(answer.unwrap_or_else(|raised| error(&raised).into_response()))
    }
    // ANCHOR_END: call
}

// ANCHOR: error
/// The fault for an error (`FaultWrapper._error`).
fn error(raised: &Raised) -> Fault {
    let stock = Fault::stock(raised.code.unwrap_or(500));
    if stock.code() >= 500 {
        tracing::error!("Caught error: {raised}");
    }
    let fault = match raised.safe {
        true => Fault::new(stock.code(), format!("{}: {}", raised.class, raised.message)),
        false => stock,
    };
    raised.headers.iter().fold(fault, |fault, (name, value)| fault.header(name, value))
}
// ANCHOR_END: error
