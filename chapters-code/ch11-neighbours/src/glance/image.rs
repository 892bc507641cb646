//! An image, and what it says of itself (glance 12.0.0, `glance/domain/__init__.py` `Image`,
//! `glance/api/v2/images.py` `ResponseSerializer`).

use super::properties::{check_property, defaults};
use nova_objects::DateTime;
use nova_router::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The id of the image that is built in.
pub const CIRROS: &str = "11111111-1111-1111-1111-111111111111";

/// The whole built-in disk, in bytes.
const CIRROS_SIZE: usize = 1024 * 1024;

/// Its MD5.
const CIRROS_CHECKSUM: &str = "5824169664da90179d40c4f74095d35c";

/// The beginning of it: what the machine boots. Its source is beside it.
const BOOT_SECTOR: &[u8; 512] = include_bytes!("boot_sector.bin");

/// The disk of the built-in image: empty but for a boot sector of our own, which greets on the
/// first serial port, and switches the machine off when the power button is pressed.
pub fn cirros_disk() -> Vec<u8> {
    let mut disk = vec![0; CIRROS_SIZE];
    disk[..BOOT_SECTOR.len()].copy_from_slice(BOOT_SECTOR);
    disk
}

/// An image: what is said of it, without its data.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Image {
    /// Its UUID.
    pub(super) id: String,
    /// Whose it is. Nobody's, if it came with the house.
    pub(super) owner: Option<String>,
    /// Whether there are data.
    pub(super) status: Status,
    size: Option<u64>,
    checksum: Option<String>,
    created_at: String,
    updated_at: String,
    /// What people say of it: its name, who may see it, and whatever they like.
    properties: Map<String, Value>,
}

// ANCHOR: status
/// How far an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// It waits for its data.
    Queued,
    /// Somebody is sending them.
    Saving,
    /// It has them.
    Active,
}
// ANCHOR_END: status

impl Image {
    /// An image without data, of which people say `properties`.
    ///
    /// # Errors
    ///
    /// They may not say that.
    pub(super) fn queued(
        owner: Option<String>,
        properties: Map<String, Value>,
    ) -> Result<Self, ApiError> {
        properties.iter().try_for_each(|(name, value)| check_property(name, value))?;
        let now = DateTime::now().to_seconds();
        let mut all = defaults();
        all.extend(properties);
        Ok(Self {
            id: Uuid::new_v4().to_string(),
            owner,
            status: Status::Queued,
            size: None,
            checksum: None,
            created_at: now.clone(),
            updated_at: now,
            properties: all,
        })
    }

    /// The built-in image, under the name that every OpenStack guide uses.
    pub(super) fn cirros() -> Self {
        let mut properties = defaults();
        for (name, value) in [
            ("name", "cirros"),
            ("visibility", "public"),
            ("disk_format", "raw"),
            ("container_format", "bare"),
        ] {
            properties.insert(name.into(), value.into());
        }
        let mitaka = "2016-03-31T00:00:00Z".to_owned();
        Self {
            id: CIRROS.into(),
            owner: None,
            status: Status::Active,
            size: Some(CIRROS_SIZE as u64),
            checksum: Some(CIRROS_CHECKSUM.into()),
            created_at: mitaka.clone(),
            updated_at: mitaka,
            properties,
        }
    }

    /// May everybody see it?
    pub(super) fn is_public(&self) -> bool {
        self.properties["visibility"] == "public"
    }

    /// Is it kept from being deleted?
    pub(super) fn is_protected(&self) -> bool {
        self.properties["protected"] == true
    }

    /// How many bytes of data it has.
    pub(super) fn size(&self) -> u64 {
        self.size.unwrap_or_default()
    }

    /// The MD5 of its data.
    pub(super) fn checksum(&self) -> Option<&str> {
        self.checksum.as_deref()
    }

    /// What an older image has less of.
    pub(super) fn age(&self) -> (&str, &str) {
        (&self.created_at, &self.id)
    }

    /// What people say of it, to be changed now.
    pub(super) fn properties_mut(&mut self) -> &mut Map<String, Value> {
        self.updated_at = DateTime::now().to_seconds();
        &mut self.properties
    }

    // ANCHOR: transitions
    /// Somebody begins to send its data.
    ///
    /// # Errors
    ///
    /// Somebody else has: status 409. Nobody has said what they are going to be: status 400.
    pub(super) fn begin_saving(&mut self) -> Result<(), ApiError> {
        if self.status != Status::Queued {
            let current = self.status.as_str();
            let message =
                format!("Image status transition from {current} to saving is not allowed");
            return Err(ApiError::http(409, message));
        }
        let unsaid = |name: &&str| self.properties.get(*name).is_none_or(Value::is_null);
        let missing: Vec<&str> =
            ["disk_format", "container_format"].into_iter().filter(unsaid).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let message = format!("Properties {missing} must be set prior to saving data.");
            return Err(ApiError::http(400, message));
        }
        self.status = Status::Saving;
        Ok(())
    }

    /// Its data are there: `size` bytes with this MD5.
    pub(super) fn activate(&mut self, size: u64, checksum: String) {
        (self.status, self.size, self.checksum) = (Status::Active, Some(size), Some(checksum));
        self.updated_at = DateTime::now().to_seconds();
    }

    /// They did not come: it waits again.
    pub(super) fn restore(&mut self) {
        self.status = Status::Queued;
    }
    // ANCHOR_END: transitions

    /// What the API says of it.
    pub(super) fn show(&self) -> Value {
        let path = format!("/v2/images/{}", self.id);
        let mut shown = json!({
            "id": self.id,
            "status": self.status,
            "size": self.size,
            "virtual_size": null,
            "owner": self.owner,
            "checksum": self.checksum,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "self": path,
            "file": format!("{path}/file"),
            "schema": "/v2/schemas/image",
        });
        for (name, value) in &self.properties {
            shown[name] = value.clone();
        }
        shown
    }
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Saving => "saving",
            Self::Active => "active",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BOOT_SECTOR;
    use std::{fs, path::Path, process::Command};

    /// Needs `as` and `ld`, which come with any C compiler, and a PC: others have no such `as`.
    #[test]
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    fn the_boot_sector_is_what_its_source_says() {
        let folder = tempfile::tempdir().unwrap();
        let (object, binary) = (folder.path().join("o"), folder.path().join("bin"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/glance/boot_sector.S");
        let assembled = Command::new("as").arg("--32").arg("-o").args([&object, &source]).status();
        assert!(assembled.unwrap().success());
        let how = ["-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary", "-o"];
        let linked = Command::new("ld").args(how).args([&binary, &object]).status();
        assert!(linked.unwrap().success());
        assert_eq!(fs::read(binary).unwrap(), BOOT_SECTOR);
    }
}
