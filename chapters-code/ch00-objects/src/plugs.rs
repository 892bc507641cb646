//! The board into which the later stages are plugged.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    sync::Arc,
};

/// What a factory finds when it asks for something that lives outside its stage: configuration,
/// or a [socket](crate::sockets).
///
/// Python's factories import what they need from wherever it is. Ours are handed this board, and
/// whoever assembles the program (the binary, a chapter's example, a test) plugs it:
///
/// ```
/// use nova_objects::{MemoryStore, Plugs, Store};
/// use std::sync::Arc;
///
/// let plugs = Plugs::default().plug::<Arc<dyn Store>>(Arc::new(MemoryStore::default()));
/// assert!(plugs.get::<Arc<dyn Store>>().is_ok());
/// assert!(plugs.get::<String>().is_err());
/// ```
#[derive(Clone, Default)]
pub struct Plugs {
    board: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

/// A factory asked for something that nobody plugged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing is plugged in for {0}")]
pub struct Unplugged(pub &'static str);

impl Plugs {
    /// Plugs `value` in, in place of an earlier one of its type.
    #[must_use]
    pub fn plug<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.board.insert(TypeId::of::<T>(), Arc::new(value));
        self
    }

    /// What is plugged in for `T`.
    ///
    /// # Errors
    ///
    /// Names the type if nothing is.
    pub fn get<T: Clone + 'static>(&self) -> Result<T, Unplugged> {
        let plugged = self.board.get(&TypeId::of::<T>()).and_then(|any| any.downcast_ref::<T>());
        plugged.cloned().ok_or(Unplugged(type_name::<T>()))
    }

    /// What is plugged in for `T`, or its default: for configuration, which always has one.
    pub fn get_or_default<T: Clone + Default + 'static>(&self) -> T {
        self.get().unwrap_or_default()
    }
}
