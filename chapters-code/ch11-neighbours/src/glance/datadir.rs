//! The folder that the images are in, and what is written down of each.

use super::image::{Image, Status, cirros_disk};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// A folder of images. One that nobody named goes with the process.
pub(super) struct Datadir {
    path: PathBuf,
    is_temporary: bool,
}

impl Datadir {
    /// The folder at `path`, or a temporary one, and what is said of the images in it. A new
    /// folder has the image that is built in.
    ///
    /// # Errors
    ///
    /// It cannot be made or read, or is somebody else's.
    pub(super) fn open(path: Option<&Path>) -> io::Result<(Self, Vec<Image>)> {
        let temporary = || env::temp_dir().join(format!("mini-nova-images-{}", Uuid::new_v4()));
        let is_temporary = path.is_none();
        let path = path.map_or_else(temporary, Path::to_owned);
        let is_new = !path.exists();
        make(&path)?;
        let datadir = Self { path, is_temporary };
        if is_new {
            datadir.add_cirros()?;
        }
        let images = datadir.read()?;
        Ok((datadir, images))
    }

    /// The file of an image's data.
    pub(super) fn data(&self, image_id: &str) -> PathBuf {
        self.path.join(image_id)
    }

    /// The file of data that are still coming.
    pub(super) fn part(&self, image_id: &str) -> PathBuf {
        self.path.join(format!("{image_id}.part"))
    }

    /// Writes down what is said of `image`: all of it, or what was said before stays.
    pub(super) fn write(&self, image: &Image) -> io::Result<()> {
        let (record, beside) =
            (self.record(&image.id), self.path.join(format!("{}.new", image.id)));
        fs::write(&beside, serde_json::to_vec_pretty(image)?)?;
        fs::rename(&beside, record)
    }

    /// Forgets what was said of an image.
    pub(super) fn forget(&self, image_id: &str) -> io::Result<()> {
        forgive_missing(fs::remove_file(self.record(image_id)))
    }

    fn record(&self, image_id: &str) -> PathBuf {
        self.path.join(format!("{image_id}.json"))
    }

    fn add_cirros(&self) -> io::Result<()> {
        let cirros = Image::cirros();
        fs::write(self.data(&cirros.id), cirros_disk())?;
        self.write(&cirros)
    }

    /// The images, the oldest first. What an earlier process did not finish is nobody's: an image
    /// that was being sent waits for its data again.
    fn read(&self) -> io::Result<Vec<Image>> {
        let mut images = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                // Whoever sent it may clean up in the same moment.
                Some("part" | "new") => forgive_missing(fs::remove_file(path))?,
                Some("json") => images.push(read_record(&path)?),
                _ => {}
            }
        }
        images.sort_by(|one: &Image, other| one.age().cmp(&other.age()));
        Ok(images)
    }
}

impl Drop for Datadir {
    fn drop(&mut self) {
        if self.is_temporary
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "cannot remove {}", self.path.display());
        }
    }
}

/// What is not there need not be removed.
pub(super) fn forgive_missing(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

fn read_record(path: &Path) -> io::Result<Image> {
    let of = |error| io::Error::other(format!("{}: {error}", path.display()));
    let mut image: Image = serde_json::from_slice(&fs::read(path)?).map_err(of)?;
    if image.status == Status::Saving {
        image.restore();
    }
    Ok(image)
}

/// Makes the folder, for its owner only.
fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
