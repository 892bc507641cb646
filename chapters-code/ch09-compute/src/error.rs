//! What can go wrong on a host (`nova/exception.py`).

use nova_objects::{Instance, NovaException, NovaObject, RemoteError, StoreError};
use std::borrow::Cow;

/// Why a host did not do what it was asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ComputeError {
    /// The claim failed: the host has promised too much already.
    #[error("Insufficient compute resources: {reason}.")]
    ComputeResourcesUnavailable {
        /// Which resources, and by how much.
        reason: String,
    },
    /// Another host may have better luck.
    #[error("Build of instance {instance_uuid} was re-scheduled: {reason}")]
    RescheduledException {
        /// The instance.
        instance_uuid: String,
        /// Why this host gave up.
        reason: String,
    },
    /// No host would have better luck.
    #[error("Build of instance {instance_uuid} aborted: {reason}")]
    BuildAbortException {
        /// The instance.
        instance_uuid: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The hypervisor cannot use the image.
    #[error("Image {image_id} is unacceptable: {reason}")]
    ImageUnacceptable {
        /// The image.
        image_id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The image service has no such image.
    #[error("Image {image_id} could not be found.")]
    ImageNotFound {
        /// The image.
        image_id: String,
    },
    /// A guest cannot move.
    #[error("Migration error: {reason}")]
    MigrationError {
        /// Why not.
        reason: String,
    },
    /// A guest of the same size cannot move to where it is.
    #[error("Unable to migrate instance ({instance_id}) to current host ({host}).")]
    UnableToMigrateToSelf {
        /// The instance's UUID.
        instance_id: String,
        /// Where it is.
        host: String,
    },
    /// Nova knows no such way to show a screen.
    #[error("Invalid console type {console_type}")]
    ConsoleTypeInvalid {
        /// The way asked for.
        console_type: String,
    },
    /// The hypervisor does not show screens that way.
    #[error("Unavailable console type {console_type}.")]
    ConsoleTypeUnavailable {
        /// The way asked for.
        console_type: String,
    },
    /// The guest is still being made.
    #[error("Instance {instance_id} is not ready")]
    InstanceNotReady {
        /// The instance's UUID.
        instance_id: String,
    },
    /// The hypervisor has no such guest.
    #[error("Instance {instance_id} could not be found.")]
    InstanceNotFound {
        /// The instance's UUID.
        instance_id: String,
    },
    /// The host has no row yet: nobody has asked the hypervisor what it has.
    #[error("Compute host {host} could not be found.")]
    ComputeHostNotFound {
        /// The host.
        host: String,
    },
    /// The request is for a hypervisor of somebody else.
    #[error("{0} is not a valid node managed by this compute host.")]
    NotAValidNode(String),
    /// The options name a driver that is not installed.
    #[error(
        "Unable to load the virtualization driver: compute_driver = {name}, installed: {installed}"
    )]
    DriverNotInstalled {
        /// The name asked for.
        name: String,
        /// The names there are.
        installed: String,
    },
    /// The hypervisor cannot be reached.
    #[error("Connection to the hypervisor is broken on host: {reason}")]
    HypervisorUnavailable {
        /// Which, and why not.
        reason: String,
    },
    /// The hypervisor failed, in words of its own.
    #[error("{0}")]
    Hypervisor(String),
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another service could not be told, or did not do it.
    #[error(transparent)]
    Rpc(#[from] RemoteError),
}

impl ComputeError {
    /// Is it that the instance has been deleted, or is about to be?
    pub fn instance_is_gone(&self) -> bool {
        match self {
            Self::Store(StoreError::NotFound { class, .. }) => class == Instance::NAME,
            Self::Store(error) => error.is_deleting(),
            _ => false,
        }
    }

    /// Is it that somebody else changed the instance first?
    pub fn is_preempted(&self) -> bool {
        matches!(self, Self::Store(StoreError::UnexpectedTaskState { .. }))
    }
}

impl From<&str> for ComputeError {
    fn from(failure: &str) -> Self {
        Self::Hypervisor(failure.to_owned())
    }
}

impl NovaException for ComputeError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::ComputeResourcesUnavailable { .. } => "ComputeResourcesUnavailable".into(),
            Self::RescheduledException { .. } => "RescheduledException".into(),
            Self::BuildAbortException { .. } => "BuildAbortException".into(),
            Self::ImageUnacceptable { .. } => "ImageUnacceptable".into(),
            Self::InstanceNotFound { .. } => "InstanceNotFound".into(),
            Self::ComputeHostNotFound { .. } => "ComputeHostNotFound".into(),
            Self::ImageNotFound { .. } => "ImageNotFound".into(),
            Self::MigrationError { .. } => "MigrationError".into(),
            Self::UnableToMigrateToSelf { .. } => "UnableToMigrateToSelf".into(),
            Self::ConsoleTypeInvalid { .. } => "ConsoleTypeInvalid".into(),
            Self::ConsoleTypeUnavailable { .. } => "ConsoleTypeUnavailable".into(),
            Self::InstanceNotReady { .. } => "InstanceNotReady".into(),
            Self::HypervisorUnavailable { .. } => "HypervisorUnavailable".into(),
            Self::NotAValidNode(_) | Self::DriverNotInstalled { .. } | Self::Hypervisor(_) => {
                "NovaException".into()
            }
            Self::Store(error) => error.class(),
            Self::Rpc(error) => error.class(),
        }
    }

    fn module(&self) -> Cow<'_, str> {
        match self {
            Self::Store(error) => error.module(),
            Self::Rpc(error) => error.module(),
            _ => "nova.exception".into(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::ComputeResourcesUnavailable { .. }
            | Self::ImageUnacceptable { .. }
            | Self::UnableToMigrateToSelf { .. }
            | Self::ConsoleTypeInvalid { .. }
            | Self::ConsoleTypeUnavailable { .. }
            | Self::InstanceNotReady { .. } => 400,
            Self::InstanceNotFound { .. }
            | Self::ComputeHostNotFound { .. }
            | Self::ImageNotFound { .. } => 404,
            Self::Store(error) => error.code(),
            Self::Rpc(error) => error.code(),
            _ => 500,
        }
    }
}
