//! Why an instance is in ERROR (`nova/objects/instance_fault.py`).

use crate::{DateTime, Instance, NovaException, NovaObject};
use serde::{Deserialize, Serialize};

/// What went wrong with an instance. It may have many; clients are shown the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceFault {
    /// The row's number: the largest is the last.
    pub id: i64,
    /// Whose fault it is.
    pub instance_uuid: String,
    /// An HTTP status: 500 is Nova's own failure.
    pub code: i64,
    /// One line for everybody.
    pub message: String,
    /// More, for administrators.
    pub details: String,
    /// Where it happened.
    pub host: Option<String>,
    /// When the row was made.
    pub created_at: Option<DateTime>,
}

impl NovaObject for InstanceFault {
    const NAME: &'static str = "InstanceFault";
    const VERSION: &'static str = "1.2";
    const KEY: &'static str = "id";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl InstanceFault {
    /// The fault that `error` leaves on `instance` (`add_instance_fault_from_exc`).
    pub fn of(instance: &Instance, error: &dyn NovaException, host: Option<&str>) -> Self {
        Self {
            id: 0,
            instance_uuid: instance.uuid.clone(),
            code: i64::from(error.code()),
            message: error.to_string(),
            details: format!("{}.{}: {error}", error.module(), error.class()),
            host: host.map(str::to_owned),
            created_at: None,
        }
    }
}
