//! The smallest thing that obeys the image service's socket.

use crate::{ImageApi, ImageMeta, RemoteError, RequestContext, sockets::ImageQuery};
use async_trait::async_trait;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Images in a list, for examples and tests. Of their content it keeps the size.
#[derive(Default)]
pub struct MemoryImages {
    images: Mutex<Vec<ImageMeta>>,
}

impl MemoryImages {
    /// An image service that has these images.
    pub fn of(images: Vec<ImageMeta>) -> Self {
        Self { images: Mutex::new(images) }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<ImageMeta>> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the image `image_id`, and gives it back as it is then.
    fn change(&self, image_id: &str, change: impl FnOnce(&mut ImageMeta)) -> Option<ImageMeta> {
        let mut images = self.lock();
        let image = images.iter_mut().find(|image| image.id == image_id)?;
        change(image);
        Some(image.clone())
    }
}

#[async_trait]
impl ImageApi for MemoryImages {
    async fn get(
        &self,
        _context: &RequestContext,
        image_id: &str,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        Ok(self.lock().iter().find(|image| image.id == image_id).cloned())
    }

    async fn get_all(
        &self,
        _context: &RequestContext,
        query: &ImageQuery,
    ) -> Result<Vec<ImageMeta>, RemoteError> {
        let named = |image: &&ImageMeta| {
            let name = query.filters.get("name").and_then(serde_json::Value::as_str);
            name.is_none_or(|name| image.name.as_deref() == Some(name))
        };
        let most = query.limit.unwrap_or(usize::MAX);
        Ok(self.lock().iter().filter(named).take(most).cloned().collect())
    }

    async fn create(
        &self,
        _context: &RequestContext,
        image: ImageMeta,
    ) -> Result<ImageMeta, RemoteError> {
        let id = Uuid::new_v4().to_string();
        let image = ImageMeta { id, status: "queued".into(), size: None, ..image };
        self.lock().push(image.clone());
        Ok(image)
    }

    async fn update(
        &self,
        _context: &RequestContext,
        image: ImageMeta,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        Ok(self.change(&image.id.clone(), |kept| {
            let ImageMeta { status, size, .. } = kept.clone();
            *kept = ImageMeta { status, size, ..image };
        }))
    }

    async fn upload(
        &self,
        _context: &RequestContext,
        image_id: &str,
        data: Vec<u8>,
    ) -> Result<bool, RemoteError> {
        let filled = self.change(image_id, |image| {
            image.status = "active".into();
            image.size = u64::try_from(data.len()).ok();
        });
        Ok(filled.is_some())
    }

    async fn delete(&self, _context: &RequestContext, image_id: &str) -> Result<bool, RemoteError> {
        let mut images = self.lock();
        let before = images.len();
        images.retain(|image| image.id != image_id);
        Ok(images.len() < before)
    }
}
