//! What can be wished of the compute API: the arguments of its methods.

use std::collections::BTreeMap;

/// What a user wants to have made (`API.create`).
#[derive(Clone, Debug)]
pub struct CreateRequest {
    /// How it is to be called.
    pub display_name: String,
    /// What is to be said of it.
    pub display_description: Option<String>,
    /// The size, by its `flavorid`.
    pub flavor_ref: String,
    /// The image, by its UUID.
    pub image_ref: String,
    /// The image, where the body names it as the device to boot from.
    pub boot_image: Option<String>,
    /// At least so many, or none.
    pub min_count: i64,
    /// At most so many.
    pub max_count: i64,
    /// Does the client want to know the reservation rather than a server?
    pub return_reservation_id: bool,
    /// In which zone, if it matters.
    pub availability_zone: Option<String>,
    /// On which host, whatever the scheduler thinks.
    pub forced_host: Option<String>,
    /// The hypervisor to be on, if somebody who may says so.
    pub forced_node: Option<String>,
    /// The owner's notes.
    pub metadata: BTreeMap<String, String>,
    /// The SSH key, by its name.
    pub key_name: Option<String>,
    /// Is it to have a drive with its metadata?
    pub config_drive: bool,
    /// What the guest may read, base64.
    pub user_data: Option<String>,
    /// Files that are to be in the guest.
    pub injected_files: Vec<InjectedFile>,
    /// Is the disk's partition table Nova's business? `None`: that is for Nova to say.
    pub auto_disk_config: Option<bool>,
    /// An address for display.
    pub access_ip_v4: Option<String>,
    /// The same for IPv6.
    pub access_ip_v6: Option<String>,
    /// Wishes for the scheduler.
    pub scheduler_hints: BTreeMap<String, Vec<String>>,
}

/// One server, of no size, from no image.
impl Default for CreateRequest {
    fn default() -> Self {
        Self {
            display_name: String::new(),
            display_description: None,
            flavor_ref: String::new(),
            image_ref: String::new(),
            boot_image: None,
            min_count: 1,
            max_count: 1,
            return_reservation_id: false,
            availability_zone: None,
            forced_host: None,
            forced_node: None,
            metadata: BTreeMap::new(),
            key_name: None,
            config_drive: false,
            user_data: None,
            injected_files: Vec::new(),
            auto_disk_config: None,
            access_ip_v4: None,
            access_ip_v6: None,
            scheduler_hints: BTreeMap::new(),
        }
    }
}

/// A file that is to be in a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InjectedFile {
    /// Where.
    pub path: String,
    /// What is to be in it, base64.
    pub contents: String,
}

/// How a user wants a server to be made again (`API.rebuild`).
#[derive(Clone, Debug, Default)]
pub struct RebuildRequest {
    /// The image, by its UUID.
    pub image_ref: String,
    /// How it is to be called from now on.
    pub display_name: Option<String>,
    /// What is to be said of it from now on; a null takes it away.
    pub display_description: Option<Option<String>>,
    /// The owner's notes from now on.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Files that are to be in the guest.
    pub injected_files: Vec<InjectedFile>,
    /// Is the disk's partition table Nova's business?
    pub auto_disk_config: Option<bool>,
    /// An address for display.
    pub access_ip_v4: Option<String>,
    /// The same for IPv6.
    pub access_ip_v6: Option<String>,
}

/// What a user wants to change of a server's description (`API.update_instance`).
#[derive(Clone, Debug, Default)]
pub struct UpdateRequest {
    /// How it is to be called.
    pub display_name: Option<String>,
    /// What is to be said of it; a null takes it away.
    pub display_description: Option<Option<String>>,
    /// Is the disk's partition table Nova's business?
    pub auto_disk_config: Option<bool>,
    /// An address for display.
    pub access_ip_v4: Option<String>,
    /// The same for IPv6.
    pub access_ip_v6: Option<String>,
}

/// Which size a user wants a server to have (`API.resize`).
#[derive(Clone, Debug, Default)]
pub struct ResizeRequest {
    /// The size, by its `flavorid`.
    pub flavor_ref: String,
    /// Is the disk's partition table Nova's business?
    pub auto_disk_config: Option<bool>,
}
