//! Where the images are (`glance.db.simple.api`).

use super::{Image, caller::Caller};
use nova_router::ApiError;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The images, the oldest first. They are gone when the process ends.
#[derive(Default)]
pub(super) struct ImageStore(Mutex<Vec<Image>>);

impl ImageStore {
    /// With these images.
    pub(super) fn new(images: Vec<Image>) -> Self {
        Self(Mutex::new(images))
    }

    /// Those that `caller` may see, the youngest first.
    pub(super) fn list(&self, caller: &Caller) -> Vec<Image> {
        self.lock().iter().rev().filter(|image| caller.may_see(image)).cloned().collect()
    }

    /// The image `id`.
    ///
    /// # Errors
    ///
    /// There is none that `caller` may see: status 404.
    pub(super) fn get(&self, caller: &Caller, id: &str) -> Result<Image, ApiError> {
        let images = self.lock();
        Ok(images[position(&images, caller, id)?].clone())
    }

    /// Adds `image`.
    pub(super) fn add(&self, image: Image) {
        self.lock().push(image);
    }

    /// Makes another image of the image `id`, or leaves it as it is if `change` fails.
    ///
    /// # Errors
    ///
    /// As `change`; or `caller` may not see the image (404), or not change it (403).
    pub(super) fn change(
        &self,
        caller: &Caller,
        id: &str,
        change: impl FnOnce(&mut Image) -> Result<(), ApiError>,
    ) -> Result<Image, ApiError> {
        let mut images = self.lock();
        let at = position(&images, caller, id)?;
        check(caller, &images[at], "modify")?;
        let mut changed = images[at].clone();
        change(&mut changed)?;
        images[at] = changed.clone();
        Ok(changed)
    }

    /// Deletes the image `id`.
    ///
    /// # Errors
    ///
    /// It is protected (403), or as [`change`](Self::change).
    pub(super) fn remove(&self, caller: &Caller, id: &str) -> Result<(), ApiError> {
        let mut images = self.lock();
        let at = position(&images, caller, id)?;
        check(caller, &images[at], "delete")?;
        if images[at].is_protected() {
            let message = format!("Image {id} is protected and cannot be deleted.");
            return Err(ApiError::http(403, message));
        }
        images.remove(at);
        Ok(())
    }

    /// Nothing that holds the lock leaves it half done.
    fn lock(&self) -> MutexGuard<'_, Vec<Image>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn position(images: &[Image], caller: &Caller, id: &str) -> Result<usize, ApiError> {
    let found = images.iter().position(|image| image.id == id && caller.may_see(image));
    found.ok_or_else(|| ApiError::http(404, format!("No image found with ID {id}")))
}

fn check(caller: &Caller, image: &Image, action: &str) -> Result<(), ApiError> {
    if caller.may_change(image) {
        return Ok(());
    }
    Err(ApiError::http(403, format!("You are not permitted to {action} this image.")))
}
