//! The same on QEMU, by way of libvirt. Everything is in a temporary folder, and gone at the end.

use crate::{
    house::{House, ann},
    life,
};
use nova_compute::{ComputeDriver, Hypervisor, LibvirtDriver, Options};
use std::{error::Error, fs, sync::Arc};

/// A guest's life.
pub(crate) async fn life() -> Result<(), Box<dyn Error>> {
    let house = House::new().await?;
    let driver = LibvirtDriver::new(&Options::default(), house.images.clone())?;
    life::of(&house, Hypervisor::new("LibvirtDriver", Arc::new(driver))).await
}

/// What libvirt is told of a guest.
pub(crate) async fn xml() -> Result<(), Box<dyn Error>> {
    let house = House::new().await?;
    let folder = tempfile::Builder::new().prefix("ch09-").tempdir()?;
    let state_path = Some(folder.path().display().to_string());
    let options = Options { state_path, ..Options::default() };
    let driver = LibvirtDriver::new(&options, house.images.clone())?;
    driver.init_host("localhost").await?;
    let server = house.server().await?;
    driver.spawn(&ann(), &server, &house.image).await?;
    let path = folder.path().join("instances").join(&server.uuid).join("libvirt.xml");
    let xml = fs::read_to_string(path)?;
    driver.destroy(&ann(), &server, true).await?;
    driver.cleanup_host("localhost").await?;
    print!("{xml}");
    Ok(())
}
