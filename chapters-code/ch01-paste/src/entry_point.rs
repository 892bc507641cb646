//! Entry points: how a package says what it has to offer.

use std::panic::Location;

/// One thing that an installed package offers, under a name in a namespace.
///
/// In Python they stand in `setup.cfg`; here each file that has something to offer says so in a
/// constant, a crate lists its constants, and the binary lists its crates. No registry fills
/// itself behind anybody's back.
#[derive(Clone, Copy, Debug)]
pub struct EntryPoint<T> {
    /// What kind of thing: `paste.filter_factory`, `nova.api.v21.extensions`.
    pub namespace: &'static str,
    /// The name it is asked for by.
    pub name: &'static str,
    /// The Python object it stands for: `module:attribute`.
    pub target: &'static str,
    /// The thing, or what makes it.
    pub load: T,
    /// Where it says so in our source.
    pub location: &'static Location<'static>,
}

impl<T> EntryPoint<T> {
    /// An entry point defined at the caller's line.
    #[track_caller]
    pub const fn new(
        namespace: &'static str,
        name: &'static str,
        target: &'static str,
        load: T,
    ) -> Self {
        Self { namespace, name, target, load, location: Location::caller() }
    }
}
