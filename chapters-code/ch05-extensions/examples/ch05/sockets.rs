//! What the later stages plug into the API, replaced by something that remembers.

use async_trait::async_trait;
use nova_objects::{
    ComputeRpc, ImageApi, ImageMeta, RemoteError, RequestContext, SchedulerRpc, Selection,
    sockets::{ImageQuery, PrepResize, RunInstance, SelectDestinations},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

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

/// A scheduler and all compute services, none of which does anything, and an image service.
pub(crate) struct Sockets {
    images: Mutex<Vec<ImageMeta>>,
    sent: Mutex<Vec<Sent>>,
}

impl Sockets {
    /// With these images.
    pub(crate) fn new(images: Vec<ImageMeta>) -> Self {
        Self { images: Mutex::new(images), sent: Mutex::default() }
    }

    /// What was sent since this was last asked.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn send(
        &self,
        to: impl Into<String>,
        method: &'static str,
        args: impl Serialize,
    ) -> Result<(), RemoteError> {
        let args = serde_json::to_value(args).unwrap_or_default();
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(Sent { to: to.into(), method, args });
        Ok(())
    }

    fn images(&self) -> MutexGuard<'_, Vec<ImageMeta>> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Sending = Result<(), RemoteError>;

#[async_trait]
impl SchedulerRpc for Sockets {
    async fn run_instance(&self, _: &RequestContext, args: RunInstance) -> Sending {
        self.send("scheduler", "run_instance", args)
    }

    async fn prep_resize(&self, _: &RequestContext, args: PrepResize) -> Sending {
        self.send("scheduler", "prep_resize", args)
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
    async fn cast(
        &self,
        _: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Sending {
        self.send(format!("compute.{host}"), method, args)
    }

    async fn call(
        &self,
        _: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<Value, RemoteError> {
        self.send(format!("compute.{host}"), method, args)?;
        Ok(match method {
            "get_vnc_console" => json!({ "url": "http://127.0.0.1:6080/vnc_auto.html?token=t" }),
            _ => json!("one line\nand another\n"),
        })
    }
}

type Found<T> = Result<T, RemoteError>;

#[async_trait]
impl ImageApi for Sockets {
    async fn get(&self, _: &RequestContext, image_id: &str) -> Found<Option<ImageMeta>> {
        Ok(self.images().iter().find(|image| image.id == image_id).cloned())
    }

    async fn get_all(&self, _: &RequestContext, query: &ImageQuery) -> Found<Vec<ImageMeta>> {
        self.send("glance", "get_all", &query.filters)?;
        let mut images = self.images().clone();
        if let Some(name) = query.filters.get("name") {
            images.retain(|image| image.name.as_deref() == name.as_str());
        }
        images.truncate(query.limit.unwrap_or(usize::MAX));
        Ok(images)
    }

    async fn create(&self, _: &RequestContext, image: ImageMeta) -> Found<ImageMeta> {
        let id = format!("22222222-2222-2222-2222-{:012}", self.images().len());
        let image = ImageMeta { id, status: "queued".into(), ..image };
        self.images().push(image.clone());
        Ok(image)
    }

    async fn update(&self, _: &RequestContext, image: ImageMeta) -> Found<Option<ImageMeta>> {
        let mut images = self.images();
        let Some(known) = images.iter_mut().find(|known| known.id == image.id) else {
            return Ok(None);
        };
        *known = image;
        Ok(Some(known.clone()))
    }

    async fn upload(&self, _: &RequestContext, image_id: &str, _: &Path) -> Found<bool> {
        let mut images = self.images();
        let found = images.iter_mut().find(|image| image.id == image_id);
        Ok(found.map(|image| image.status = "active".into()).is_some())
    }

    async fn download(&self, _: &RequestContext, _: &str, _: &Path) -> Found<bool> {
        Ok(false)
    }

    async fn delete(&self, _: &RequestContext, image_id: &str) -> Found<bool> {
        let mut images = self.images();
        let count = images.len();
        images.retain(|image| image.id != image_id);
        Ok(images.len() < count)
    }
}
