//! Hosts that have something in common (`nova/objects/aggregate.py`).

use crate::{DateTime, NovaObject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A set of hosts, and what an administrator notes about all of them.
///
/// An availability zone is no more than such a note: the hosts of an aggregate that has one are in
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// The row's number, and its name in the API.
    pub id: i64,
    /// Its name everywhere else.
    pub uuid: String,
    /// The readable name.
    pub name: String,
    /// The compute services that are in it, by host.
    pub hosts: Vec<String>,
    /// The notes: scheduler filters compare them with flavors and requests.
    pub metadata: BTreeMap<String, String>,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for Aggregate {
    const NAME: &'static str = "Aggregate";
    const VERSION: &'static str = "1.3";
    const KEY: &'static str = "id";
    const UNIQUE: Option<&'static str> = Some("name");

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Aggregate {
    /// The note that names the zone.
    pub const AVAILABILITY_ZONE: &'static str = "availability_zone";

    /// An aggregate without hosts, in `availability_zone` if there is one.
    pub fn new(name: &str, availability_zone: Option<&str>) -> Self {
        let zone = availability_zone.map(|zone| (Self::AVAILABILITY_ZONE.into(), zone.into()));
        Self {
            id: 0,
            uuid: Uuid::new_v4().to_string(),
            name: name.into(),
            hosts: Vec::new(),
            metadata: zone.into_iter().collect(),
            created_at: None,
            updated_at: None,
        }
    }

    /// The zone that its hosts are in.
    pub fn availability_zone(&self) -> Option<&str> {
        self.metadata.get(Self::AVAILABILITY_ZONE).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Aggregate;

    #[test]
    fn a_zone_is_a_note_of_the_aggregate() {
        let mut aggregate = Aggregate::new("fast", None);
        assert_eq!(aggregate.availability_zone(), None);
        aggregate.metadata.insert("availability_zone".into(), "zone-1".into());
        assert_eq!(aggregate.availability_zone(), Some("zone-1"));
        assert_eq!(aggregate.metadata, Aggregate::new("fast", Some("zone-1")).metadata);
    }
}
