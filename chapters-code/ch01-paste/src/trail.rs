//! How far a load has gone: what keeps a file that asks for itself from going on for ever.

use crate::{GlobalConf, PasteError, Problem};
use std::cell::{Cell, RefCell};

/// Sections inside each other.
pub(crate) const MAX_DEPTH: usize = 64;
/// Sections of one load.
const MAX_SECTIONS: usize = 1000;
/// Files of one load.
const MAX_FILES: usize = 100;
/// What the sections of one load are told, all together, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// The sections that are being loaded, from the outermost in, and how many there were so far.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    steps: RefCell<Vec<Step>>,
    depth: Cell<usize>,
    sections: Cell<usize>,
    files: Cell<usize>,
    text: Cell<usize>,
}

/// A section of a file, or a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) file: String,
    pub(crate) name: String,
}

impl Trail {
    /// Counts anew, unless this is part of a load that has begun already.
    pub(crate) fn begin(&self) {
        if self.depth.get() == 0 {
            self.sections.set(0);
            self.files.set(0);
            self.text.set(0);
        }
    }

    /// Does `work` for `step`.
    ///
    /// # Errors
    ///
    /// Work for the same step is being done already.
    pub(crate) fn enter<T>(
        &self,
        step: Step,
        work: impl FnOnce() -> Result<T, PasteError>,
    ) -> Result<T, PasteError> {
        if let Some(again) = self.steps.borrow().iter().position(|earlier| *earlier == step) {
            let mut path: Vec<_> =
                self.steps.borrow()[again..].iter().map(|step| step.name.clone()).collect();
            path.push(step.name);
            return Err(Problem::Recursion { path }.into());
        }
        self.steps.borrow_mut().push(step);
        let result = self.deeper(work);
        self.steps.borrow_mut().pop();
        result
    }

    /// Does `work` one level deeper.
    pub(crate) fn deeper<T>(
        &self,
        work: impl FnOnce() -> Result<T, PasteError>,
    ) -> Result<T, PasteError> {
        let depth = self.depth.get() + 1;
        if depth > MAX_DEPTH {
            return Err(too_many(MAX_DEPTH, "sections inside each other"));
        }
        self.depth.set(depth);
        let result = work();
        self.depth.set(depth - 1);
        result
    }

    pub(crate) fn count_section(&self) -> Result<(), PasteError> {
        count(&self.sections, MAX_SECTIONS, "sections")
    }

    pub(crate) fn count_file(&self) -> Result<(), PasteError> {
        count(&self.files, MAX_FILES, "files")
    }

    /// An empty text counts too, or a few lines could keep us busy for ever.
    pub(crate) fn count_text(&self, text: &str) -> Result<(), Problem> {
        self.text.set(self.text.get() + text.len() + 1);
        if self.text.get() > MAX_TEXT { Err(Problem::TooLong) } else { Ok(()) }
    }

    pub(crate) fn count_conf(&self, conf: &GlobalConf) -> Result<(), Problem> {
        let mut texts = conf.iter().flat_map(|(key, value)| [key, value]);
        texts.try_for_each(|text| self.count_text(text))
    }
}

fn count(counter: &Cell<usize>, limit: usize, what: &'static str) -> Result<(), PasteError> {
    counter.set(counter.get() + 1);
    if counter.get() > limit { Err(too_many(limit, what)) } else { Ok(()) }
}

pub(crate) fn too_many(limit: usize, what: &'static str) -> PasteError {
    Problem::TooMany { limit, what }.into()
}
