//! A guest, as libvirt has it (`nova/virt/libvirt/guest.py` `Guest`).
//!
//! Every method blocks: they are called where [`Host::guest`](super::host::Host::guest) lets them.

use nova_objects::PowerState;
use std::{thread, time::Duration};
use virt::{domain::Domain, error::Error, sys};

/// A domain of libvirt's.
pub(super) struct Guest {
    domain: Domain,
}

/// How often a guest is switched off whose process does not end under a loaded host.
const ATTEMPTS: u32 = 3;

impl Guest {
    pub(super) fn new(domain: Domain) -> Self {
        Self { domain }
    }

    /// The number of its run; `None` if it is off.
    pub(super) fn id(&self) -> Option<u32> {
        self.domain.id()
    }

    pub(super) fn name(&self) -> Result<String, Error> {
        self.domain.name()
    }

    pub(super) fn uuid(&self) -> Result<String, Error> {
        self.domain.uuid_string()
    }

    /// The XML as it is now, with all that libvirt has added to it.
    pub(super) fn xml(&self) -> Result<String, Error> {
        self.domain.xml_desc(0)
    }

    /// What it is doing (`LIBVIRT_POWER_STATE`).
    pub(super) fn power_state(&self) -> Result<PowerState, Error> {
        Ok(match self.domain.info()?.state.to_raw() {
            sys::VIR_DOMAIN_RUNNING | sys::VIR_DOMAIN_BLOCKED => PowerState::Running,
            sys::VIR_DOMAIN_PAUSED => PowerState::Paused,
            sys::VIR_DOMAIN_SHUTDOWN | sys::VIR_DOMAIN_SHUTOFF => PowerState::Shutdown,
            sys::VIR_DOMAIN_CRASHED => PowerState::Crashed,
            sys::VIR_DOMAIN_PMSUSPENDED => PowerState::Suspended,
            _ => PowerState::NoState,
        })
    }

    /// Is it on?
    pub(super) fn is_active(&self) -> Result<bool, Error> {
        self.domain.is_active()
    }

    /// Switches it on. If its memory is on disk it goes on where it was.
    pub(super) fn launch(&self) -> Result<(), Error> {
        self.domain.create()
    }

    /// Presses its power button. Whether it listens is its own affair.
    pub(super) fn shutdown(&self) -> Result<(), Error> {
        self.domain.shutdown()
    }

    /// Pulls its plug. One that is off is off.
    pub(super) fn poweroff(&self) -> Result<(), Error> {
        let mut attempt = 1;
        loop {
            let Err(error) = self.domain.destroy() else { return Ok(()) };
            match error.code().to_raw() {
                sys::VIR_ERR_NO_DOMAIN => return Ok(()),
                sys::VIR_ERR_OPERATION_INVALID if !self.is_active()? => return Ok(()),
                // Its process did not die of either signal in time.
                sys::VIR_ERR_SYSTEM_ERROR if attempt < ATTEMPTS => attempt += 1,
                _ => return Err(error),
            }
            thread::sleep(Duration::from_millis(500));
        }
    }

    /// Holds it.
    pub(super) fn pause(&self) -> Result<(), Error> {
        self.domain.suspend()
    }

    /// Lets it go on.
    pub(super) fn resume(&self) -> Result<(), Error> {
        self.domain.resume()
    }

    /// Writes its memory to disk, and switches it off.
    pub(super) fn save_memory_state(&self) -> Result<(), Error> {
        self.domain.managed_save(0)
    }

    /// Has libvirt forget it, with the memory that is on disk.
    pub(super) fn delete_configuration(&self) -> Result<(), Error> {
        match self.domain.undefine_flags(sys::VIR_DOMAIN_UNDEFINE_MANAGED_SAVE) {
            Err(error) if error.code().to_raw() == sys::VIR_ERR_NO_DOMAIN => Ok(()),
            result => result,
        }
    }
}
