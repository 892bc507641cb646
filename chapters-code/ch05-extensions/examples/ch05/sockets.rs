//! What the later stages plug into the API, replaced by something that remembers.

use async_trait::async_trait;
use nova_objects::{
    ComputeRpc, ImageApi, ImageMeta, RemoteError, RequestContext, SchedulerRpc, Selection,
    sockets::{BuildAndRunInstance, OneInstance, RunInstance, SelectDestinations},
};
use serde::Serialize;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};

/// A message that would have left the process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    /// To which server of which topic: `scheduler`, `compute.host-1`.
    pub(crate) to: String,
    /// The method called.
    pub(crate) method: &'static str,
    /// Its arguments, as they travel.
    pub(crate) args: Value,
}

/// A scheduler, all compute services and an image service, none of which does anything.
pub(crate) struct Sockets {
    images: Vec<ImageMeta>,
    sent: Mutex<Vec<Sent>>,
}

impl Sockets {
    /// With these images.
    pub(crate) fn new(images: Vec<ImageMeta>) -> Self {
        Self { images, sent: Mutex::default() }
    }

    /// What was sent since this was last asked.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn send(
        &self,
        to: &str,
        method: &'static str,
        args: impl Serialize,
    ) -> Result<(), RemoteError> {
        let args = serde_json::to_value(args).unwrap_or_default();
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(Sent { to: to.to_owned(), method, args });
        Ok(())
    }
}

type Sending = Result<(), RemoteError>;

#[async_trait]
impl SchedulerRpc for Sockets {
    async fn run_instance(&self, _: &RequestContext, args: RunInstance) -> Sending {
        self.send("scheduler", "run_instance", args)
    }

    async fn select_destinations(
        &self,
        _: &RequestContext,
        args: SelectDestinations,
    ) -> Result<Vec<Selection>, RemoteError> {
        self.send("scheduler", "select_destinations", args).map(|()| Vec::new())
    }
}

#[async_trait]
impl ComputeRpc for Sockets {
    async fn build_and_run_instance(
        &self,
        _: &RequestContext,
        host: &str,
        args: BuildAndRunInstance,
    ) -> Sending {
        self.send(&format!("compute.{host}"), "build_and_run_instance", args)
    }

    async fn start_instance(&self, _: &RequestContext, host: &str, args: OneInstance) -> Sending {
        self.send(&format!("compute.{host}"), "start_instance", args)
    }

    async fn stop_instance(&self, _: &RequestContext, host: &str, args: OneInstance) -> Sending {
        self.send(&format!("compute.{host}"), "stop_instance", args)
    }

    async fn terminate_instance(
        &self,
        _: &RequestContext,
        host: &str,
        args: OneInstance,
    ) -> Sending {
        self.send(&format!("compute.{host}"), "terminate_instance", args)
    }
}

#[async_trait]
impl ImageApi for Sockets {
    async fn get(
        &self,
        _: &RequestContext,
        image_id: &str,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        Ok(self.images.iter().find(|image| image.id == image_id).cloned())
    }
}
