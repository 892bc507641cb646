//! What libvirt says of guests without being asked (`nova/virt/libvirt/host.py`
//! `_event_lifecycle_callback`, `_native_thread`).

#![allow(unsafe_code, reason = "the crate `virt` has no wrapper for the registration of events")]

use crate::{LifecycleEvent, Transition};
use std::{
    ffi::{CStr, c_char, c_int, c_void},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
};
use tokio::sync::mpsc::UnboundedSender;
use virt::{connect::Connect, error::Error, event, sys};

/// Who is told, once somebody wants to be.
#[derive(Clone, Default)]
pub(super) struct Listener(Arc<Mutex<Option<UnboundedSender<LifecycleEvent>>>>);

impl Listener {
    pub(super) fn set(&self, listener: UnboundedSender<LifecycleEvent>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener);
    }

    fn tell(&self, event: LifecycleEvent) {
        if let Some(listener) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // Who does not listen any more has stopped.
            let _gone = listener.send(event);
        }
    }
}

/// Starts the thread on which libvirt calls back. There is one for the whole process, it has to be
/// there before the first connection, and libvirt has no way to end it.
pub(super) fn start_loop() -> Result<(), &'static Error> {
    static LOOP: OnceLock<Result<(), Error>> = OnceLock::new();
    let started = LOOP.get_or_init(|| {
        event::event_register_default_impl()?;
        // Without a timer the loop would not wake up for what is registered later.
        event::event_add_timeout(500, |_, _| {}, std::ptr::null_mut())?;
        thread::spawn(|| {
            loop {
                if let Err(error) = event::event_run_default_impl() {
                    tracing::warn!(%error, "libvirt's events cannot be read");
                    thread::sleep(std::time::Duration::from_secs(1));
                }
            }
        });
        Ok(())
    });
    started.as_ref().copied()
}

/// Has `listener` told what happens to the guests of `connection`, as long as that is open.
pub(super) fn listen(connection: &Connect, listener: Listener) -> Result<(), Error> {
    let opaque = Box::into_raw(Box::new(listener)).cast();
    // SAFETY: the connection is open. `opaque` is a `Listener`, as both functions expect, and it
    // is libvirt's from here on, unless it does not take it.
    unsafe {
        let connection = connection.as_ptr();
        if sys::virConnectDomainEventRegister(connection, Some(lifecycle), opaque, Some(free)) < 0 {
            free(opaque);
            return Err(Error::last_error());
        }
    }
    Ok(())
}

unsafe extern "C" fn lifecycle(
    _connection: sys::virConnectPtr,
    domain: sys::virDomainPtr,
    event: c_int,
    _detail: c_int,
    opaque: *mut c_void,
) -> c_int {
    let mut uuid = [0; sys::VIR_UUID_STRING_BUFLEN as usize];
    // SAFETY: libvirt lends us a domain that is there, and what `listen` gave it.
    let (listener, uuid) = unsafe {
        if sys::virDomainGetUUIDString(domain, uuid.as_mut_ptr()) < 0 {
            return 0;
        }
        (&*opaque.cast::<Listener>(), string(&uuid))
    };
    if let Some(transition) = transition(event) {
        listener.tell(LifecycleEvent { uuid, transition });
    }
    0
}

unsafe extern "C" fn free(opaque: *mut c_void) {
    // SAFETY: it is called once, with what `listen` made.
    drop(unsafe { Box::from_raw(opaque.cast::<Listener>()) });
}

/// What of the buffer is text.
///
/// # Safety
///
/// A zero ends it.
unsafe fn string(buffer: &[c_char]) -> String {
    // SAFETY: the caller's.
    unsafe { CStr::from_ptr(buffer.as_ptr()) }.to_string_lossy().into_owned()
}

/// What matters to Nova; that a guest was defined does not.
fn transition(event: c_int) -> Option<Transition> {
    match sys::virDomainEventType::try_from(event).ok()? {
        sys::VIR_DOMAIN_EVENT_STARTED => Some(Transition::Started),
        sys::VIR_DOMAIN_EVENT_STOPPED => Some(Transition::Stopped),
        sys::VIR_DOMAIN_EVENT_SUSPENDED => Some(Transition::Paused),
        sys::VIR_DOMAIN_EVENT_RESUMED => Some(Transition::Resumed),
        _ => None,
    }
}
