//! The images that there are (glance 12.0.0, `glance/db/__init__.py` `ImageRepo`).

use super::{Image, caller::Caller, filesystem::Store};
use nova_router::ApiError;
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::task::spawn_blocking;

/// The images, the oldest first, and their files.
pub(super) struct ImageRepo {
    images: Mutex<Vec<Image>>,
    /// Who writes down what is said of an image.
    scribe: Mutex<()>,
    /// Their data.
    pub(super) store: Store,
}

impl ImageRepo {
    /// With these images, whose data are in `store`.
    pub(super) fn new(images: Vec<Image>, store: Store) -> Self {
        Self { images: Mutex::new(images), scribe: Mutex::default(), store }
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
    ///
    /// # Errors
    ///
    /// It cannot be written down: status 503.
    pub(super) async fn add(self: &Arc<Self>, image: Image) -> Result<(), ApiError> {
        let id = image.id.clone();
        self.lock().push(image);
        self.write_down(id).await
    }

    /// Makes another image of the image `id`, or leaves it as it is if `change` fails.
    ///
    /// # Errors
    ///
    /// As `change`; `caller` may not see the image (404), or not change it (403); or it cannot be
    /// written down (503).
    pub(super) async fn change(
        self: &Arc<Self>,
        caller: &Caller,
        id: &str,
        change: impl FnOnce(&mut Image) -> Result<(), ApiError> + Send,
    ) -> Result<Image, ApiError> {
        let changed = self.change_now(caller, id, change)?;
        self.write_down(changed.id.clone()).await?;
        Ok(changed)
    }

    fn change_now(
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

    /// Deletes the image `id` with its data.
    ///
    /// # Errors
    ///
    /// It is protected (403), or as [`change`](Self::change).
    pub(super) async fn remove(
        self: &Arc<Self>,
        caller: &Caller,
        id: &str,
    ) -> Result<(), ApiError> {
        self.remove_now(caller, id)?;
        self.write_down(id.to_owned()).await?;
        self.store.delete(id).await.map_err(|error| unwritten(id, &error))
    }

    fn remove_now(&self, caller: &Caller, id: &str) -> Result<(), ApiError> {
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

    /// Writes down what is said of the image `id` by now. Of two who do, the later writes what is
    /// true later.
    async fn write_down(self: &Arc<Self>, id: String) -> Result<(), ApiError> {
        let (repo, datadir_id) = (Arc::clone(self), id.clone());
        let written = spawn_blocking(move || {
            let _turn = repo.scribe.lock().unwrap_or_else(PoisonError::into_inner);
            let image = repo.lock().iter().find(|image| image.id == datadir_id).cloned();
            let datadir = repo.store.datadir();
            image.map_or_else(|| datadir.forget(&datadir_id), |image| datadir.write(&image))
        });
        let written = written.await.map_err(io::Error::other).flatten();
        written.map_err(|error| unwritten(&id, &error))
    }

    /// Nothing that holds the lock leaves it half done.
    fn lock(&self) -> MutexGuard<'_, Vec<Image>> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
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

fn unwritten(id: &str, error: &io::Error) -> ApiError {
    tracing::error!(%error, "cannot write down image {id}");
    ApiError::http(503, "The image service cannot write.")
}
