//! The images that guests of this host were made from (`nova/virt/libvirt/imagebackend.py`,
//! `nova/virt/images.py`).

use super::{
    files::{at, remove_file},
    qemu_img,
};
use crate::ComputeError;
use nova_objects::{ImageApi, ImageMeta, RequestContext};
use sha1::{Digest, Sha1};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::Mutex;

/// Images as raw disks, each fetched once. Guests read them; what they write goes elsewhere.
///
/// Nothing is ever removed from it: Nova's image cache manager is left out.
pub(super) struct ImageCache {
    path: PathBuf,
    image_api: Arc<dyn ImageApi>,
    /// One image is fetched at a time: of many guests that want the same new one, one fetches it.
    fetching: Mutex<()>,
}

impl ImageCache {
    /// The images in `_base` of `instances_path`. What is not there yet, `image_api` has.
    pub(super) fn new(instances_path: &Path, image_api: Arc<dyn ImageApi>) -> Self {
        Self { path: instances_path.join("_base"), image_api, fetching: Mutex::default() }
    }

    /// The content of `image`, as a raw disk that nobody may write to. It has at most `max_size`
    /// bytes; `None`: it may have any number.
    ///
    /// # Errors
    ///
    /// [`ComputeError::ImageNotFound`] if the image service has no content for it,
    /// [`ComputeError::ImageUnacceptable`] if that content is no disk, is too large, or reads other
    /// files, and what the image service and the disk say besides.
    pub(super) async fn get(
        &self,
        context: &RequestContext,
        image: &ImageMeta,
        max_size: Option<u64>,
    ) -> Result<PathBuf, ComputeError> {
        let name: String =
            Sha1::digest(&image.id).iter().map(|byte| format!("{byte:02x}")).collect();
        let path = self.path.join(name);
        let _fetching = self.fetching.lock().await;
        if !path.exists() {
            self.fetch(context, image, &path, max_size).await?;
        }
        let length = fs::metadata(&path).map_err(|error| at(&path, &error))?.len();
        fits(image, length, max_size)?;
        Ok(path)
    }

    /// Fetches it under other names, so that the real one is only ever a whole image's.
    async fn fetch(
        &self,
        context: &RequestContext,
        image: &ImageMeta,
        path: &Path,
        max_size: Option<u64>,
    ) -> Result<(), ComputeError> {
        fs::create_dir_all(&self.path).map_err(|error| at(&self.path, &error))?;
        let (part, converted) = (path.with_extension("part"), path.with_extension("converted"));
        let fetched = async {
            remove([&part, &converted])?;
            if !self.image_api.download(context, &image.id, &part).await? {
                return Err(ComputeError::ImageNotFound { image_id: image.id.clone() });
            }
            let whole = match image.disk_format.as_deref() {
                None | Some("raw" | "iso") => &part,
                Some(format) => {
                    check(image, &part, format, max_size).await?;
                    qemu_img::convert((&part, format), (&converted, "raw")).await?;
                    &converted
                }
            };
            fs::rename(whole, path).map_err(|error| at(path, &error))
        };
        let result = fetched.await;
        remove([&part, &converted])?;
        result
    }
}

// ANCHOR: check
/// Only a disk that stands alone is accepted: one that names another file would let its owner
/// read any file of this host.
async fn check(
    image: &ImageMeta,
    part: &Path,
    format: &str,
    max_size: Option<u64>,
) -> Result<(), ComputeError> {
    if format != "qcow2" {
        let reason = format!("it is a {format}; this driver reads raw and qcow2");
        return Err(unacceptable(image, reason));
    }
    let info = qemu_img::info(part, format).await;
    let info = info.map_err(|error| unacceptable(image, error.to_string()))?;
    if info.reads_other_files() {
        return Err(unacceptable(image, "it reads another file".into()));
    }
    // A few bytes can say that they are a disk of any size: that is known before it is written.
    fits(image, info.virtual_size, max_size)
}
// ANCHOR_END: check

fn fits(image: &ImageMeta, size: u64, max_size: Option<u64>) -> Result<(), ComputeError> {
    match max_size.filter(|max_size| *max_size < size) {
        None => Ok(()),
        Some(max_size) => Err(unacceptable(
            image,
            format!("it has {size} bytes, and the disk of the flavor {max_size}"),
        )),
    }
}

fn unacceptable(image: &ImageMeta, reason: String) -> ComputeError {
    ComputeError::ImageUnacceptable { image_id: image.id.clone(), reason }
}

fn remove(paths: [&Path; 2]) -> Result<(), ComputeError> {
    let mut paths = paths.into_iter();
    paths.try_for_each(|path| remove_file(path).map_err(|error| at(path, &error)))
}
