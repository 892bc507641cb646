//! Where the data of images lie: in files (glance_store 0.13, `_drivers/filesystem.py` `Store`).
//!
//! | file | |
//! |---|---|
//! | `ID` | the data of an image |
//! | `ID.part` | the data of one that somebody is sending |
//! | `ID.json` | what is said of it |

use super::datadir::{Datadir, forgive_missing};
use crate::{file_body::file_body, rest::hex};
use http_body_util::BodyExt;
use md5::{Digest, Md5};
use nova_paste::Body;
use nova_router::ApiError;
use std::{error::Error, io, sync::Arc};
use tokio::{
    fs::{self, File},
    io::AsyncWriteExt,
};

/// The files of images.
pub(super) struct Store {
    datadir: Datadir,
    image_size_cap: u64,
}

/// What is known of data that were stored.
pub(super) struct Added {
    /// How many bytes they are.
    pub(super) size: u64,
    /// Their MD5.
    pub(super) checksum: String,
}

/// Why data were not stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoreError {
    /// Who sent them stopped.
    #[error("Error in uploading the image: {0}")]
    BrokenOff(#[source] Box<dyn Error + Send + Sync>),
    /// They are more than anybody may send.
    #[error("The incoming image is too large: it has more than {0} bytes.")]
    ImageSizeLimitExceeded(u64),
    /// The system would not take them.
    #[error("Image storage media: {0}")]
    Io(#[from] io::Error),
}

impl Store {
    /// The files in `datadir`, none of which is to be longer than `image_size_cap` bytes.
    pub(super) fn new(datadir: Datadir, image_size_cap: u64) -> Self {
        Self { datadir, image_size_cap }
    }

    // ANCHOR: add
    /// Stores what `data` bring, as they come.
    ///
    /// # Errors
    ///
    /// They break off, are too many, or cannot be written. Then nothing of them is left.
    pub(super) async fn add(&self, image_id: &str, data: Body) -> Result<Added, StoreError> {
        let part = self.datadir.part(image_id);
        let added = async {
            let added = self.write(File::create(&part).await?, data).await?;
            fs::rename(&part, self.datadir.data(image_id)).await?;
            Ok(added)
        };
        let added = added.await;
        if added.is_err() {
            forgive_missing(fs::remove_file(&part).await)?;
        }
        added
    }

    async fn write(&self, mut file: File, mut data: Body) -> Result<Added, StoreError> {
        let (mut size, mut checksum) = (0, Md5::new());
        while let Some(frame) = data.frame().await {
            let bytes = frame.map_err(StoreError::BrokenOff)?.into_data().unwrap_or_default();
            size += bytes.len() as u64;
            if size > self.image_size_cap {
                return Err(StoreError::ImageSizeLimitExceeded(self.image_size_cap));
            }
            checksum.update(&bytes);
            file.write_all(&bytes).await?;
        }
        file.flush().await?;
        Ok(Added { size, checksum: hex(&checksum.finalize()) })
    }
    // ANCHOR_END: add

    /// The data of an image, to be read as they are wanted. Who has them keeps them, even if they
    /// are deleted meanwhile.
    ///
    /// # Errors
    ///
    /// There are none, or they cannot be read.
    pub(super) async fn get(&self, image_id: &str) -> io::Result<Body> {
        let file = File::open(self.datadir.data(image_id)).await?;
        Ok(file_body(file, Arc::default()))
    }

    /// Deletes the data of an image, if there are any.
    ///
    /// # Errors
    ///
    /// They are not ours to delete.
    pub(super) async fn delete(&self, image_id: &str) -> io::Result<()> {
        forgive_missing(fs::remove_file(self.datadir.data(image_id)).await)
    }

    /// The folder.
    pub(super) fn datadir(&self) -> &Datadir {
        &self.datadir
    }
}

/// What whoever sent them is told.
impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::BrokenOff(_) => 400,
            StoreError::ImageSizeLimitExceeded(_) => 413,
            StoreError::Io(io) if io.kind() == io::ErrorKind::StorageFull => 413,
            StoreError::Io(_) => 503,
        };
        Self::http(code, error.to_string())
    }
}
