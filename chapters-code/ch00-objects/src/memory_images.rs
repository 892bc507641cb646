//! The smallest thing that obeys the image service's socket.

use crate::{ImageApi, ImageMeta, RemoteError, RequestContext, sockets::ImageQuery};
use async_trait::async_trait;
use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};
use uuid::Uuid;

/// Images in a list, for examples and tests.
#[derive(Default)]
pub struct MemoryImages {
    images: Mutex<Vec<ImageMeta>>,
    data: Mutex<HashMap<String, Vec<u8>>>,
}

impl MemoryImages {
    /// An image service that has these images.
    pub fn of(images: Vec<ImageMeta>) -> Self {
        Self { images: Mutex::new(images), data: Mutex::default() }
    }

    /// Fills the image `image_id` with `data`; `false` if there is no such image.
    pub fn fill(&self, image_id: &str, data: Vec<u8>) -> bool {
        let filled = self.change(image_id, |image| {
            image.status = "active".into();
            image.size = u64::try_from(data.len()).ok();
        });
        self.data().insert(image_id.to_owned(), data);
        filled.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<ImageMeta>> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn data(&self) -> MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
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
        source: &Path,
    ) -> Result<bool, RemoteError> {
        let data = std::fs::read(source).map_err(|error| failed(source, &error))?;
        Ok(self.fill(image_id, data))
    }

    async fn download(
        &self,
        _context: &RequestContext,
        image_id: &str,
        dest_path: &Path,
    ) -> Result<bool, RemoteError> {
        let Some(data) = self.data().get(image_id).cloned() else { return Ok(false) };
        std::fs::write(dest_path, data).map_err(|error| failed(dest_path, &error))?;
        Ok(true)
    }

    async fn delete(&self, _context: &RequestContext, image_id: &str) -> Result<bool, RemoteError> {
        let mut images = self.lock();
        let before = images.len();
        images.retain(|image| image.id != image_id);
        self.data().remove(image_id);
        Ok(images.len() < before)
    }
}

/// What the system says of a file.
fn failed(path: &Path, error: &std::io::Error) -> RemoteError {
    RemoteError {
        class: "OSError".into(),
        module: "builtins".into(),
        message: format!("{}: {error}", path.display()),
        kwargs: serde_json::Map::new(),
    }
}
