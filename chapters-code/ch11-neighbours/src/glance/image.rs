//! An image, and what it says of itself (glance 12.0.0, `glance/api/v2/images.py`
//! `ResponseSerializer`).

use bytes::Bytes;
use serde_json::{Value, json};

/// The id of the image that is built in.
pub const CIRROS: &str = "11111111-1111-1111-1111-111111111111";

/// An image and its data.
#[derive(Clone)]
pub struct Image {
    /// Its UUID.
    pub id: String,
    /// Its readable name.
    pub name: String,
    /// What a disk that is made from it holds.
    pub data: Bytes,
}

/// The whole disk, in bytes.
const SIZE: usize = 1024 * 1024;

/// Where a PC's firmware looks for the mark of a boot sector.
const BOOT_SIGNATURE: usize = 510;

impl Image {
    /// The built-in image, under the name that every OpenStack guide uses.
    ///
    /// It is a disk of 1 MiB whose boot sector stops the machine and lets it rest: `cli`, and
    /// then `hlt` for ever.
    pub fn cirros() -> Self {
        let mut disk = vec![0; SIZE];
        disk[..4].copy_from_slice(&[0xfa, 0xf4, 0xeb, 0xfd]);
        disk[BOOT_SIGNATURE..BOOT_SIGNATURE + 2].copy_from_slice(&[0x55, 0xaa]);
        Self { id: CIRROS.into(), name: "cirros".into(), data: disk.into() }
    }

    /// What the API says of it.
    pub fn show(&self) -> Value {
        let path = format!("/v2/images/{}", self.id);
        json!({
            "id": self.id,
            "name": self.name,
            "status": "active",
            "visibility": "public",
            "disk_format": "raw",
            "container_format": "bare",
            "size": self.data.len(),
            "virtual_size": self.data.len(),
            "min_disk": 0,
            "min_ram": 0,
            "protected": false,
            "owner": null,
            "tags": [],
            "checksum": null,
            "created_at": "2016-03-31T00:00:00Z",
            "updated_at": "2016-03-31T00:00:00Z",
            "self": path,
            "file": format!("{path}/file"),
            "schema": "/v2/schemas/image",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Image, SIZE};

    #[test]
    fn the_built_in_image_is_a_bootable_disk() {
        let image = Image::cirros();
        assert_eq!(image.data.len(), SIZE);
        assert_eq!(image.data[510..512], [0x55, 0xaa]);
    }
}
