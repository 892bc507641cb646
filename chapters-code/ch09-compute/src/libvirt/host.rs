//! The connection to libvirt (`nova/virt/libvirt/host.py` `Host`).

use super::{
    events::{self, Listener},
    guest::Guest,
};
use crate::ComputeError;
use nova_objects::Instance;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, task::spawn_blocking, time::timeout};
use virt::{
    connect::Connect,
    error::{Error, ErrorDomain, ErrorNumber},
    sys,
};

/// How often, in seconds, a libvirt in another process is asked whether it is still there, and how
/// often in a row it may not answer.
const KEEPALIVE: (i32, u32) = (5, 3);

/// How long libvirt may take to answer at first.
const OPEN_TIMEOUT: Duration = Duration::from_secs(15);

/// How long libvirt may take to let go of us.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// One libvirt. The connection is made when it is first needed, and again after it was lost.
#[derive(Clone)]
pub(super) struct Host {
    uri: Arc<str>,
    connection: Arc<Mutex<Option<Connect>>>,
    listener: Listener,
}

impl Host {
    /// The libvirt at `uri`.
    pub(super) fn new(uri: &str) -> Self {
        Self { uri: uri.into(), connection: Arc::default(), listener: Listener::default() }
    }

    pub(super) fn listener(&self) -> &Listener {
        &self.listener
    }

    // ANCHOR: run
    /// Does `work` with the connection, on a thread that may wait for it: all of libvirt's
    /// functions block.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connect) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, ComputeError> {
        let (host, connection) = (self.clone(), self.connection().await?);
        let done = spawn_blocking(move || work(&connection).map_err(|error| host.explain(&error)));
        done.await.map_err(|error| ComputeError::Hypervisor(error.to_string()))?
    }
    // ANCHOR_END: run

    /// Does `work` with the guest of `instance`.
    ///
    /// # Errors
    ///
    /// [`ComputeError::InstanceNotFound`] if there is none.
    pub(super) async fn guest<T: Send + 'static>(
        &self,
        instance: &Instance,
        work: impl FnOnce(&Guest) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, ComputeError> {
        let uuid = instance.uuid.clone();
        let found =
            self.run(move |connection| match connection.lookup_domain_by_uuid_string(&uuid) {
                Err(error) if error.code().is(ErrorNumber::NoDomain) => Ok(None),
                domain => Ok(Some(work(&Guest::new(domain?)))),
            });
        let not_found = || ComputeError::InstanceNotFound { instance_id: instance.uuid.clone() };
        match found.await?.ok_or_else(not_found)? {
            // It went between the two questions.
            Err(error) if error.code().is(ErrorNumber::NoDomain) => Err(not_found()),
            done => done.map_err(|error| self.explain(&error)),
        }
    }

    /// All guests that libvirt knows, on or off.
    pub(super) async fn list_guests<T: Send + 'static>(
        &self,
        work: impl Fn(&Guest) -> Result<T, Error> + Send + 'static,
    ) -> Result<Vec<T>, ComputeError> {
        self.run(move |connection| {
            let domains = connection.list_all_domains(0)?;
            domains.into_iter().map(|domain| work(&Guest::new(domain))).collect()
        })
        .await
    }

    /// Lets go of the connection. The guests do not notice. A libvirt that hangs is not waited for
    /// any longer than [`CLOSE_TIMEOUT`].
    pub(super) async fn close(&self) {
        let closing = async {
            let connection = self.connection.lock().await.take();
            spawn_blocking(move || drop(connection)).await
        };
        if timeout(CLOSE_TIMEOUT, closing).await.is_err() {
            tracing::warn!("libvirt at {} hangs, and was not let go", self.uri);
        }
    }

    /// The connection, made if it is not there. Of many who wait for a libvirt that hangs, one
    /// holds a thread.
    async fn connection(&self) -> Result<Connect, ComputeError> {
        let connected = async {
            let mut kept = Arc::clone(&self.connection).lock_owned().await;
            if let Some(connection) = &*kept
                && connection.is_alive().unwrap_or(false)
            {
                return Ok(connection.clone());
            }
            let host = self.clone();
            // The lock goes along: as long as the thread waits, nobody else need try.
            let opened = spawn_blocking(move || Ok(kept.insert(host.open()?).clone()));
            opened.await.map_err(|error| ComputeError::Hypervisor(error.to_string()))?
        };
        let late = |_| {
            let reason = format!("{}: no answer in {} s", self.uri, OPEN_TIMEOUT.as_secs());
            ComputeError::HypervisorUnavailable { reason }
        };
        timeout(OPEN_TIMEOUT, connected).await.map_err(late)?
    }

    fn open(&self) -> Result<Connect, ComputeError> {
        // What goes wrong is an error here; libvirt would print it besides.
        virt::error::clear_error_callback();
        let connected = events::start_loop().map_err(|error| self.unavailable(error));
        connected.and_then(|()| self.connect().map_err(|error| self.unavailable(&error)))
    }

    fn connect(&self) -> Result<Connect, Error> {
        let connection = Connect::open(Some(&self.uri))?;
        let (interval, count) = KEEPALIVE;
        if let Err(error) = connection.set_keep_alive(interval, count) {
            tracing::debug!(%error, "libvirt in this process needs no sign of life");
        }
        events::listen(&connection, self.listener.clone())?;
        Ok(connection)
    }

    /// An error of libvirt's in our words (`_test_connection`).
    fn explain(&self, error: &Error) -> ComputeError {
        let (code, domain) = (error.code(), error.domain());
        let is_lost = matches!(
            code.to_raw(),
            sys::VIR_ERR_SYSTEM_ERROR | sys::VIR_ERR_INTERNAL_ERROR | sys::VIR_ERR_NO_CONNECT
        );
        if is_lost && (domain.is(ErrorDomain::Remote) || domain.is(ErrorDomain::Rpc)) {
            return self.unavailable(error);
        }
        ComputeError::Hypervisor(error.message().to_owned())
    }

    fn unavailable(&self, error: &Error) -> ComputeError {
        const ADVICE: [(&str, &str); 2] = [
            (
                "libvirt-qemu",
                "as root, QEMU's driver needs that user: \
                 useradd --system --user-group --no-create-home libvirt-qemu",
            ),
            ("driver.pid", "another process has this state_path"),
        ];
        let mut reason = format!("{}: {}", self.uri, error.message());
        if let Some((_, advice)) = ADVICE.iter().find(|(problem, _)| reason.contains(problem)) {
            reason += &format!("; {advice}");
        }
        ComputeError::HypervisorUnavailable { reason }
    }
}
