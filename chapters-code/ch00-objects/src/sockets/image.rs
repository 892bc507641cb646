use crate::{ImageMeta, RemoteError, RequestContext};
use async_trait::async_trait;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

/// The image service.
///
/// Every method fails if it could not be reached, or did not answer as one.
#[async_trait]
pub trait ImageApi: Send + Sync {
    /// What it knows of the image `image_id`; `None` if it has no such image.
    async fn get(
        &self,
        context: &RequestContext,
        image_id: &str,
    ) -> Result<Option<ImageMeta>, RemoteError>;

    /// The images that `query` describes.
    async fn get_all(
        &self,
        context: &RequestContext,
        query: &ImageQuery,
    ) -> Result<Vec<ImageMeta>, RemoteError>;

    /// Makes an image without content, for a compute service to fill.
    async fn create(
        &self,
        context: &RequestContext,
        image: ImageMeta,
    ) -> Result<ImageMeta, RemoteError>;

    /// Gives the image the name and the properties of `image`, and takes away what it has
    /// besides; `None` if there is no such image.
    async fn update(
        &self,
        context: &RequestContext,
        image: ImageMeta,
    ) -> Result<Option<ImageMeta>, RemoteError>;

    /// Fills an image that was made without content with that of the file `source`, which makes it
    /// active; `false` if there is no such image.
    async fn upload(
        &self,
        context: &RequestContext,
        image_id: &str,
        source: &Path,
    ) -> Result<bool, RemoteError>;

    /// Writes the content of the image into the new file `dest_path`; `false` if there is no such
    /// image, or nobody has filled it. What is written before something fails stays there.
    async fn download(
        &self,
        context: &RequestContext,
        image_id: &str,
        dest_path: &Path,
    ) -> Result<bool, RemoteError>;

    /// Deletes the image; `false` if there is none.
    async fn delete(&self, context: &RequestContext, image_id: &str) -> Result<bool, RemoteError>;
}

/// Which images.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageQuery {
    /// What they have to say of themselves: `name`, `status`, `size_min`.
    pub filters: BTreeMap<String, Value>,
    /// Only images behind the one with this id.
    pub marker: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}
