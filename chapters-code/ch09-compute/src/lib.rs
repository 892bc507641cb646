//! The hypervisor
