//! An image, and what it says of itself (glance 12.0.0, `glance/api/v2/images.py`
//! `ResponseSerializer`).

use super::properties::{check_property, defaults};
use bytes::Bytes;
use nova_objects::DateTime;
use nova_router::ApiError;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The id of the image that is built in.
pub const CIRROS: &str = "11111111-1111-1111-1111-111111111111";

/// An image and its data.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its UUID.
    pub id: String,
    /// Whose it is. Nobody's, if it came with the house.
    pub owner: Option<String>,
    /// What a disk that is made from it holds; `None` until somebody uploads it.
    pub data: Option<Bytes>,
    created_at: String,
    updated_at: String,
    /// What people say of it: its name, who may see it, and whatever they like.
    properties: Map<String, Value>,
}

/// The whole built-in disk, in bytes.
const SIZE: usize = 1024 * 1024;

/// The beginning of it: what the machine boots. Its source is beside it.
const BOOT_SECTOR: &[u8; 512] = include_bytes!("boot_sector.bin");

impl Image {
    /// An image without data, of which people say `properties`.
    ///
    /// # Errors
    ///
    /// They may not say that.
    pub fn queued(owner: Option<String>, properties: Map<String, Value>) -> Result<Self, ApiError> {
        properties.iter().try_for_each(|(name, value)| check_property(name, value))?;
        let now = DateTime::now().to_seconds();
        let mut all = defaults();
        all.extend(properties);
        Ok(Self {
            id: Uuid::new_v4().to_string(),
            owner,
            data: None,
            created_at: now.clone(),
            updated_at: now,
            properties: all,
        })
    }

    /// The built-in image, under the name that every OpenStack guide uses.
    ///
    /// It is a disk of 1 MiB, empty but for a boot sector of our own: it greets on the first
    /// serial port, and switches the machine off when the power button is pressed.
    pub fn cirros() -> Self {
        let mut disk = vec![0; SIZE];
        disk[..BOOT_SECTOR.len()].copy_from_slice(BOOT_SECTOR);
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
        let (id, owner, data) = (CIRROS.into(), None, Some(disk.into()));
        Self { id, owner, data, created_at: mitaka.clone(), updated_at: mitaka, properties }
    }

    /// May everybody see it?
    pub fn is_public(&self) -> bool {
        self.properties["visibility"] == "public"
    }

    /// Is it kept from being deleted?
    pub fn is_protected(&self) -> bool {
        self.properties["protected"] == true
    }

    /// What people say of it, to be changed now.
    pub fn properties_mut(&mut self) -> &mut Map<String, Value> {
        self.updated_at = DateTime::now().to_seconds();
        &mut self.properties
    }

    /// What the API says of it.
    pub fn show(&self) -> Value {
        let path = format!("/v2/images/{}", self.id);
        let size = self.data.as_ref().map(Bytes::len);
        let mut shown = json!({
            "id": self.id,
            "status": if self.data.is_some() { "active" } else { "queued" },
            "size": size,
            "virtual_size": size,
            "owner": self.owner,
            "checksum": null,
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

#[cfg(test)]
mod tests {
    use super::{BOOT_SECTOR, Image, SIZE};
    use std::{fs, path::Path, process::Command};

    #[test]
    fn the_built_in_image_is_a_bootable_disk() {
        let data = Image::cirros().data.unwrap_or_default();
        assert_eq!(data.len(), SIZE);
        assert_eq!(data[510..512], [0x55, 0xaa]);
    }

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
