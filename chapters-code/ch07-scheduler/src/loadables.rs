//! From the names in a configuration file to filters and weighers (`nova/loadables.py`).

use crate::Options;
use nova_paste::EntryPoint;
use std::fmt;

/// What makes a filter or a weigher out of the options.
pub type Constructor<T> = fn(&Options) -> Box<T>;

/// A filter or a weigher that was asked for, and the name it goes by.
pub(crate) struct Loaded<T: ?Sized> {
    pub(crate) name: &'static str,
    pub(crate) class: Box<T>,
}

/// A name that stands for nothing that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInstalled {
    /// The name.
    pub name: String,
    /// The names there are.
    pub installed: Vec<&'static str>,
}

impl fmt::Display for NotInstalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} could not be found. There are: {}", self.name, self.installed.join(", "))
    }
}

/// Makes what `names` ask for, in their order. A name is an entry point's, or the Python path of
/// its class: `RAMWeigher`, `nova.scheduler.weights.ram.RAMWeigher`.
pub(crate) fn load<'n, T: ?Sized>(
    installed: &[EntryPoint<Constructor<T>>],
    names: impl IntoIterator<Item = &'n str>,
    options: &Options,
) -> Result<Vec<Loaded<T>>, NotInstalled> {
    let load = |name: &'n str| {
        let is_it = |entry: &&EntryPoint<Constructor<T>>| {
            entry.name == name || entry.target.replace(':', ".") == name
        };
        let entry = installed.iter().find(is_it).ok_or_else(|| NotInstalled {
            name: name.to_owned(),
            installed: installed.iter().map(|entry| entry.name).collect(),
        })?;
        Ok(Loaded { name: entry.name, class: (entry.load)(options) })
    };
    names.into_iter().map(load).collect()
}
