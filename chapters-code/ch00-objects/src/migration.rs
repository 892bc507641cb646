//! An instance's way from host to host (`nova/objects/migration.py`).

use crate::{DateTime, Flavor, Instance, NovaObject};
use serde::{Deserialize, Serialize};

/// One move of one instance: to another host, to another size, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// The row's number.
    pub id: i64,
    /// Which instance.
    pub instance_uuid: String,
    /// The compute service it leaves.
    pub source_compute: String,
    /// The hypervisor it leaves.
    pub source_node: String,
    /// The compute service it goes to.
    pub dest_compute: String,
    /// The hypervisor it goes to.
    pub dest_node: String,
    /// The address of the host it goes to, where the disk is sent.
    pub dest_host: Option<String>,
    /// How far it is: `pre-migrating`, `migrating`, `post-migrating`, `finished`, and at last
    /// `confirmed` or `reverted`; `error` if it went wrong.
    pub status: String,
    /// `resize`, `migration`, `live-migration` or `evacuation`.
    pub migration_type: String,
    /// The `id` of the flavor it had.
    pub old_instance_type_id: i64,
    /// The `id` of the flavor it gets.
    pub new_instance_type_id: i64,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for Migration {
    const NAME: &'static str = "Migration";
    const VERSION: &'static str = "1.4";
    const KEY: &'static str = "id";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Migration {
    /// The move of `instance` to `dest_node` of the host `dest_compute`, in the size `flavor`, as
    /// that host first writes it (`ResourceTracker._create_migration`).
    ///
    /// It is a `resize` if the size is another, else a `migration`.
    pub fn new(instance: &Instance, flavor: &Flavor, dest_compute: &str, dest_node: &str) -> Self {
        let resize = instance.flavor.id != flavor.id;
        Self {
            id: 0,
            instance_uuid: instance.uuid.clone(),
            source_compute: instance.host.clone().unwrap_or_default(),
            source_node: instance.node.clone().unwrap_or_default(),
            dest_compute: dest_compute.into(),
            dest_node: dest_node.into(),
            dest_host: None,
            status: "pre-migrating".into(),
            migration_type: if resize { "resize" } else { "migration" }.into(),
            old_instance_type_id: instance.flavor.id,
            new_instance_type_id: flavor.id,
            created_at: None,
            updated_at: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Migration;
    use crate::{Flavor, Instance};

    #[test]
    fn a_move_to_another_size_is_a_resize() {
        let [tiny, small, ..] = Flavor::defaults();
        let (tiny, small) = (Flavor { id: 1, ..tiny }, Flavor { id: 2, ..small });
        let mut instance = Instance::building("p", "u", "web", tiny.clone());
        instance.host = Some("host-1".into());
        for (flavor, kind) in [(&small, "resize"), (&tiny, "migration")] {
            let migration = Migration::new(&instance, flavor, "host-2", "node-2");
            assert_eq!(migration.migration_type, kind);
            assert_eq!(migration.source_compute, "host-1");
            assert_eq!(
                (migration.old_instance_type_id, migration.new_instance_type_id),
                (1, flavor.id)
            );
        }
    }
}
