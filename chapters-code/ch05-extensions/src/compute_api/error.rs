//! What the compute API refuses, under Nova's names (`nova/exception.py`).

use super::{MAX_TAG_COUNT, QuotaError};
use nova_objects::{NovaException, RemoteError, StoreError};
use std::borrow::Cow;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ComputeApiError {
    /// The instance is not in a state for this.
    #[error("Cannot '{action}' instance {uuid} while it is in {attr} {state}")]
    InstanceInvalidState {
        /// What was asked for.
        action: &'static str,
        /// Of which instance.
        uuid: String,
        /// `vm_state` or `task_state`.
        attr: &'static str,
        /// What it is.
        state: String,
    },
    /// The instance never ran.
    #[error("Instance {uuid} is in an invalid state for '{action}'")]
    InstanceNotLaunched {
        /// What was asked for.
        action: &'static str,
        /// Of which instance.
        uuid: String,
    },
    /// The instance has no host yet.
    #[error("Instance {0} is not ready")]
    InstanceNotReady(String),
    /// The instance is closed to who asks.
    #[error("Instance {0} is locked")]
    InstanceIsLocked(String),
    /// No move of the instance waits to be confirmed or reverted.
    #[error("Instance has not been resized.")]
    MigrationNotFound,
    /// There is no such size to give to an instance, or it is withdrawn.
    #[error("Flavor {0} could not be found.")]
    NoFlavorToResizeTo(String),
    /// The instance has that size.
    #[error("When resizing, instances must change flavor!")]
    CannotResizeToSameFlavor,
    /// A disk cannot become none.
    #[error(
        "Server disk was unable to be resized because: \
         Resize to zero disk flavor is not allowed."
    )]
    CannotResizeDisk,
    /// There is such a viewer, but not for the protocol.
    #[error("Invalid console type {0}")]
    ConsoleTypeInvalid(String),
    /// There is such a console, but not in this cloud.
    #[error("Unavailable console type {0}.")]
    ConsoleTypeUnavailable(String),
    /// There is no such zone.
    #[error("The requested availability zone is not available")]
    AvailabilityZoneNotAvailable,
    /// The flavor is unknown.
    #[error("Invalid flavorRef provided.")]
    FlavorNotFound,
    /// The user has no such key.
    #[error("Invalid key_name provided.")]
    KeypairNotFound,
    /// The image is unknown.
    #[error("Can not find requested image")]
    ImageNotFound,
    /// The image cannot boot yet, or any more.
    #[error("Image {0} is not active.")]
    ImageNotActive(String),
    /// The image wants more memory.
    #[error("Flavor's memory is too small for requested image.")]
    FlavorMemoryTooSmall,
    /// The image wants a larger disk.
    #[error(
        "Flavor's disk is too small for requested image. \
         Flavor disk is {flavor} bytes, minimum size is {image} bytes."
    )]
    FlavorDiskTooSmall {
        /// What the flavor gives.
        flavor: i64,
        /// What the image wants.
        image: i64,
    },
    /// The project has had its share.
    #[error(
        "Quota exceeded for {overs}: Requested {req}, but already used {used} of {allowed} {overs}"
    )]
    TooManyInstances {
        /// Which quotas.
        overs: String,
        /// How much more was asked for.
        req: String,
        /// How much is in use.
        used: String,
        /// How much there may be.
        allowed: String,
    },
    /// A quota is in the way.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// The project has no such group.
    #[error("Instance group {0} could not be found.")]
    InstanceGroupNotFound(String),
    /// The instance has no such note.
    #[error("Metadata item was not found")]
    MetadataItemNotFound,
    /// The instance has no such tag.
    #[error("Instance {uuid} has no tag '{tag}'")]
    InstanceTagNotFound {
        /// Which instance.
        uuid: String,
        /// What it has not.
        tag: String,
    },
    /// The instance has as many tags as it may have.
    #[error("The number of tags exceeded the per-server limit {MAX_TAG_COUNT}")]
    TooManyTags,
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A service could not be reached.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl NovaException for ComputeApiError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::InstanceInvalidState { .. } | Self::InstanceNotLaunched { .. } => {
                "InstanceInvalidState".into()
            }
            Self::InstanceNotReady(_) => "InstanceNotReady".into(),
            Self::InstanceIsLocked(_) => "InstanceIsLocked".into(),
            Self::MigrationNotFound => "MigrationNotFoundByStatus".into(),
            Self::NoFlavorToResizeTo(_) => "FlavorNotFound".into(),
            Self::CannotResizeToSameFlavor => "CannotResizeToSameFlavor".into(),
            Self::CannotResizeDisk => "CannotResizeDisk".into(),
            Self::ConsoleTypeInvalid(_) => "ConsoleTypeInvalid".into(),
            Self::ConsoleTypeUnavailable(_) => "ConsoleTypeUnavailable".into(),
            Self::AvailabilityZoneNotAvailable => "InvalidRequest".into(),
            Self::FlavorNotFound => "FlavorNotFound".into(),
            Self::KeypairNotFound => "KeypairNotFound".into(),
            Self::ImageNotFound => "ImageNotFound".into(),
            Self::ImageNotActive(_) => "ImageNotActive".into(),
            Self::FlavorMemoryTooSmall => "FlavorMemoryTooSmall".into(),
            Self::FlavorDiskTooSmall { .. } => "FlavorDiskSmallerThanMinDisk".into(),
            Self::TooManyInstances { .. } => "TooManyInstances".into(),
            Self::Quota(error) => error.class(),
            Self::InstanceGroupNotFound(_) => "InstanceGroupNotFound".into(),
            Self::MetadataItemNotFound => "InstanceMetadataNotFound".into(),
            Self::InstanceTagNotFound { .. } => "InstanceTagNotFound".into(),
            Self::TooManyTags => "InvalidInput".into(),
            Self::Store(error) => error.class(),
            Self::Remote(error) => error.class(),
        }
    }

    fn module(&self) -> Cow<'_, str> {
        match self {
            Self::Quota(error) => error.module(),
            Self::Store(error) => error.module(),
            Self::Remote(error) => error.module(),
            _ => "nova.exception".into(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::InstanceInvalidState { .. }
            | Self::InstanceNotLaunched { .. }
            | Self::InstanceNotReady(_)
            | Self::InstanceIsLocked(_) => 409,
            Self::MigrationNotFound
            | Self::NoFlavorToResizeTo(_)
            | Self::CannotResizeToSameFlavor
            | Self::CannotResizeDisk
            | Self::ConsoleTypeInvalid(_)
            | Self::ConsoleTypeUnavailable(_) => 400,
            Self::AvailabilityZoneNotAvailable
            | Self::FlavorNotFound
            | Self::KeypairNotFound
            | Self::ImageNotFound
            | Self::ImageNotActive(_)
            | Self::FlavorMemoryTooSmall
            | Self::FlavorDiskTooSmall { .. }
            | Self::InstanceGroupNotFound(_)
            | Self::TooManyTags => 400,
            Self::MetadataItemNotFound | Self::InstanceTagNotFound { .. } => 404,
            Self::TooManyInstances { .. } => 403,
            Self::Quota(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Remote(error) => error.code(),
        }
    }

    fn safe(&self) -> bool {
        match self {
            Self::Quota(error) => error.safe(),
            _ => matches!(self, Self::TooManyInstances { .. }),
        }
    }
}
