//! What is refused of flavors, under Nova's names (`nova/exception.py`).

use nova_objects::{NovaException, StoreError};
use std::borrow::Cow;

/// Why a flavor could not be made or changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FlavorError {
    /// Another flavor has the name.
    #[error("Flavor with name {0} already exists.")]
    Exists(String),
    /// Another flavor has the id.
    #[error("Flavor with ID {0} already exists.")]
    IdExists(String),
    /// The project has access already.
    #[error(
        "Flavor access already exists for flavor {flavor_id} and project {project_id} combination."
    )]
    AccessExists {
        /// To which flavor.
        flavor_id: String,
        /// Which project.
        project_id: String,
    },
    /// The project was never given access.
    #[error("Flavor access not found for {flavor_id} / {project_id} combination.")]
    AccessNotFound {
        /// To which flavor.
        flavor_id: String,
        /// Which project.
        project_id: String,
    },
    /// The flavor does not say that.
    #[error("Flavor {flavor_id} has no extra specs with key {key}.")]
    ExtraSpecsNotFound {
        /// Which flavor.
        flavor_id: String,
        /// What it does not say.
        key: String,
    },
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NovaException for FlavorError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::Exists(_) => "FlavorExists".into(),
            Self::IdExists(_) => "FlavorIdExists".into(),
            Self::AccessExists { .. } => "FlavorAccessExists".into(),
            Self::AccessNotFound { .. } => "FlavorAccessNotFound".into(),
            Self::ExtraSpecsNotFound { .. } => "FlavorExtraSpecsNotFound".into(),
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::Exists(_) | Self::IdExists(_) | Self::AccessExists { .. } => 409,
            Self::AccessNotFound { .. } | Self::ExtraSpecsNotFound { .. } => 404,
            Self::Store(error) => error.code(),
        }
    }
}
