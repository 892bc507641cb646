//! The machine itself (`nova/objects/instance.py`).

use crate::{DateTime, Flavor, NovaObject, PowerState, TaskState, Vif, VmState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One virtual machine: what the API calls a *server*, and everything below it an *instance*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// The row's number; the hypervisor's name for the guest is made of it.
    pub id: i64,
    /// The name by which the world knows it.
    pub uuid: String,
    /// Whose it is.
    pub project_id: String,
    /// Who made it.
    pub user_id: String,
    /// The name its owner gave it.
    pub display_name: String,
    /// What its owner says it is for.
    pub display_description: Option<String>,
    /// That name, fit for DNS.
    pub hostname: String,
    /// What was promised.
    pub vm_state: VmState,
    /// What Nova is busy with.
    pub task_state: Option<TaskState>,
    /// What the hypervisor said last.
    pub power_state: PowerState,
    /// The compute service that has it. `None` until a claim succeeds.
    pub host: Option<String>,
    /// The hypervisor of that host.
    pub node: Option<String>,
    /// The host that made it.
    pub launched_on: Option<String>,
    /// The size it was made with: a copy, for flavors can be deleted.
    pub flavor: Flavor,
    /// The size it had, while a resize can still be reverted.
    pub old_flavor: Option<Flavor>,
    /// The size it shall have, from a resize's beginning until it is confirmed or reverted.
    pub new_flavor: Option<Flavor>,
    /// Memory, in MiB.
    pub memory_mb: i64,
    /// Virtual CPUs.
    pub vcpus: i64,
    /// Root disk, in GiB.
    pub root_gb: i64,
    /// Second disk, in GiB.
    pub ephemeral_gb: i64,
    /// The image it boots from.
    pub image_ref: String,
    /// The image of the kernel that boots it, where the disk has none.
    pub kernel_id: Option<String>,
    /// The image of the initial RAM disk that goes with that kernel.
    pub ramdisk_id: Option<String>,
    /// What the guest calls its root disk: `/dev/vda`.
    pub root_device_name: Option<String>,
    /// The zone it was asked to be in, or is in.
    pub availability_zone: Option<String>,
    /// The SSH key it was made with.
    pub key_name: Option<String>,
    /// That key's public half, which is put into the guest.
    pub key_data: Option<String>,
    /// `"True"` if it has a configuration drive, else empty.
    pub config_drive: String,
    /// What the guest may read of its owner's wishes, base64.
    pub user_data: Option<String>,
    /// An address for display; Nova never uses it.
    pub access_ip_v4: Option<String>,
    /// The same for IPv6.
    pub access_ip_v6: Option<String>,
    /// Its network cards and their addresses (a table of its own in Nova,
    /// `instance_info_caches`).
    #[serde(default)]
    pub network_info: Vec<Vif>,
    /// Is the disk's partition table Nova's business?
    pub auto_disk_config: bool,
    /// Is it closed to all actions but an administrator's?
    #[serde(default)]
    pub locked: bool,
    /// Who locked it: `owner` or `admin`.
    pub locked_by: Option<String>,
    /// Which create request it belongs to.
    pub reservation_id: String,
    /// Its number within that request, from 0.
    pub launch_index: i64,
    /// The owner's own notes.
    pub metadata: BTreeMap<String, String>,
    /// Nova's own notes.
    pub system_metadata: BTreeMap<String, String>,
    /// The words its owner has tied to it (a table of its own in Nova, `tags`).
    #[serde(default)]
    pub tags: Vec<String>,
    /// When it first ran.
    pub launched_at: Option<DateTime>,
    /// When it was removed from its host.
    pub terminated_at: Option<DateTime>,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
    /// A deleted instance keeps its row.
    pub deleted: bool,
    /// Since when it is deleted.
    pub deleted_at: Option<DateTime>,
}

impl NovaObject for Instance {
    const NAME: &'static str = "Instance";
    const VERSION: &'static str = "2.0";
    const KEY: &'static str = "uuid";

    fn key(&self) -> String {
        self.uuid.clone()
    }
}

impl Instance {
    /// An instance as `compute.API` first writes it: building, scheduling, nowhere.
    pub fn building(project_id: &str, user_id: &str, name: &str, flavor: Flavor) -> Self {
        Self {
            id: 0,
            uuid: Uuid::new_v4().to_string(),
            project_id: project_id.into(),
            user_id: user_id.into(),
            display_name: name.into(),
            display_description: None,
            hostname: hostname(name),
            vm_state: VmState::Building,
            task_state: Some(TaskState::Scheduling),
            power_state: PowerState::NoState,
            host: None,
            node: None,
            launched_on: None,
            memory_mb: flavor.memory_mb,
            vcpus: flavor.vcpus,
            root_gb: flavor.root_gb,
            ephemeral_gb: flavor.ephemeral_gb,
            flavor,
            old_flavor: None,
            new_flavor: None,
            image_ref: String::new(),
            kernel_id: None,
            ramdisk_id: None,
            root_device_name: None,
            availability_zone: None,
            key_name: None,
            key_data: None,
            config_drive: String::new(),
            user_data: None,
            access_ip_v4: None,
            access_ip_v6: None,
            network_info: Vec::new(),
            auto_disk_config: true,
            locked: false,
            locked_by: None,
            reservation_id: String::new(),
            launch_index: 0,
            metadata: BTreeMap::new(),
            system_metadata: BTreeMap::new(),
            tags: Vec::new(),
            launched_at: None,
            terminated_at: None,
            created_at: None,
            updated_at: None,
            deleted: false,
            deleted_at: None,
        }
    }

    /// One more of the same request: its `index`th, from 0, called `name`.
    #[must_use]
    pub fn numbered(&self, index: i64, name: &str) -> Self {
        Self {
            uuid: Uuid::new_v4().to_string(),
            display_name: name.into(),
            hostname: hostname(name),
            launch_index: index,
            ..self.clone()
        }
    }

    /// The hypervisor's name for the guest (`instance_name_template`): `instance-0000002a`.
    pub fn name(&self) -> String {
        format!("instance-{:08x}", self.id)
    }
}

/// A display name as a host name: letters, digits and hyphens (`nova.utils.sanitize_hostname`).
fn hostname(display_name: &str) -> String {
    let dashed = display_name.to_lowercase().replace([' ', '_'], "-");
    let allowed = dashed.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    allowed.take(63).collect::<String>().trim_matches(['-', '.']).to_owned()
}
