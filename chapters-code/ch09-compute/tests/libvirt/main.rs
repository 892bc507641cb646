//! The driver of libvirt, on its test driver and on real guests: QEMU's, started by a libvirt that
//! is in the process of the story.
//!
//! They need what `apt-get install libvirt-daemon-driver-qemu libvirt-daemon qemu-system-x86
//! qemu-utils` brings.

#![cfg(test)]

mod alone;
mod desk;
mod failures;
mod guest_xml;
mod images;
mod life;
mod moves;
mod test_driver;
