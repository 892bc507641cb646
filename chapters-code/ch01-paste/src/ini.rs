//! The INI dialect of Python 3's `ConfigParser` with `optionxform = str`.
//!
//! - A key ends at the first `=` or `:`, whichever comes first, and keeps its case.
//! - A line that is indented deeper than its key goes on with the value; blank lines in between
//!   belong to the value, lines that begin with `#` or `;` do not.
//! - Nothing after a value is a comment, and quotes are characters like others.
//! - A section or a key that is there twice is an error. `[DEFAULT]` may come again.
//!
//! Every section and key keeps its line, so that later errors can point to it.

use crate::{PasteError, Place, Problem, Source};
use std::{
    collections::{HashMap, hash_map::Entry},
    ops::Range,
    sync::Arc,
};

/// The section whose settings every section has.
const DEFAULT: &str = "DEFAULT";

/// A file, read but not interpreted.
#[derive(Debug)]
pub struct Ini {
    source: Arc<Source>,
    sections: Vec<Section>,
}

/// A section and its settings, in the order of the file.
#[derive(Debug)]
pub struct Section {
    /// What stands between the brackets.
    pub name: String,
    /// The line of the header, from 1; 0 for a `[DEFAULT]` that is not there.
    pub line: usize,
    /// The settings.
    pub settings: Vec<Setting>,
}

/// A key and its value, before interpolation.
#[derive(Debug)]
pub struct Setting {
    /// The key, in its own case.
    pub key: String,
    /// The value; its lines are joined by `\n`.
    pub value: String,
    /// The lines it stands on.
    pub lines: Range<usize>,
}

impl Ini {
    /// Reads `source`.
    ///
    /// # Errors
    ///
    /// Says which line is no header, no setting, or one that is there already.
    pub fn parse(source: Source) -> Result<Self, PasteError> {
        let source = Arc::new(source);
        let mut reader = Reader::new(&source);
        for (number, line) in source.lines() {
            reader.line(number, line)?;
        }
        let sections = reader.finish()?;
        Ok(Self { source, sections })
    }

    /// The text it was read from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// `[DEFAULT]`.
    pub fn defaults(&self) -> &Section {
        &self.sections[0]
    }

    /// The sections, without `[DEFAULT]`.
    pub fn sections(&self) -> &[Section] {
        &self.sections[1..]
    }

    /// Where the header of `section` stands.
    pub fn header(&self, section: &Section) -> Place {
        Place::line(&self.source, section.line)
    }

    /// Where `part` of the key or the value of `setting` stands.
    pub fn part(&self, setting: &Setting, part: &str) -> Place {
        Place::part(&self.source, setting.lines.clone(), part)
    }
}

/// A file on its way in.
struct Reader<'s> {
    source: &'s Arc<Source>,
    sections: Vec<Section>,
    /// The section that settings go to.
    current: Option<usize>,
    /// May a line go on with the last value?
    open: bool,
    /// How deep the last header or key is indented.
    indent: usize,
    headers: HashMap<String, usize>,
    keys: HashMap<(usize, String), usize>,
    /// The first line that is neither a header nor a setting.
    unreadable: Option<usize>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Arc<Source>) -> Self {
        let default = Section { name: DEFAULT.into(), line: 0, settings: Vec::new() };
        Self {
            source,
            sections: vec![default],
            current: None,
            open: false,
            indent: 0,
            headers: HashMap::new(),
            keys: HashMap::new(),
            unreadable: None,
        }
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), PasteError> {
        let text = line.trim();
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        if self.open && (text.is_empty() || indent > self.indent) {
            self.go_on(number, text);
            return Ok(());
        }
        if text.is_empty() {
            return Ok(());
        }
        self.indent = indent;
        match header(text) {
            Some(name) => self.section(number, name),
            None => self.setting(number, text),
        }
    }

    fn go_on(&mut self, number: usize, text: &str) {
        let settings = self.current.map(|section| &mut self.sections[section].settings);
        if let Some(setting) = settings.and_then(|settings| settings.last_mut()) {
            setting.value.push('\n');
            setting.value.push_str(text);
            if !text.is_empty() {
                setting.lines.end = number + 1;
            }
        }
    }

    fn section(&mut self, line: usize, name: &str) -> Result<(), PasteError> {
        self.open = false;
        if name == DEFAULT {
            self.sections[0].line = line;
            self.current = Some(0);
            return Ok(());
        }
        if let Some(first) = self.headers.insert(name.to_owned(), line) {
            let problem = Problem::DuplicateSection { section: name.to_owned(), first };
            return Err(self.error(problem, line));
        }
        self.current = Some(self.sections.len());
        self.sections.push(Section { name: name.to_owned(), line, settings: Vec::new() });
        Ok(())
    }

    fn setting(&mut self, line: usize, text: &str) -> Result<(), PasteError> {
        let Some(section) = self.current else {
            return Err(self.error(Problem::MissingSectionHeader, line));
        };
        // ANCHOR: key_and_value
        let (key, value) = match text.split_once(['=', ':']) {
            Some((key, value)) if !key.is_empty() => (key.trim_end(), value.trim_start()),
            _ => {
                self.unreadable.get_or_insert(line);
                return Ok(());
            }
        };
        // ANCHOR_END: key_and_value
        match self.keys.entry((section, key.to_owned())) {
            Entry::Occupied(first) => {
                let problem = Problem::DuplicateOption {
                    section: self.sections[section].name.clone(),
                    key: key.to_owned(),
                    first: *first.get(),
                };
                return Err(self.error(problem, line));
            }
            Entry::Vacant(entry) => entry.insert(line),
        };
        let (key, value) = (key.to_owned(), value.to_owned());
        self.sections[section].settings.push(Setting { key, value, lines: line..line + 1 });
        self.open = true;
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Section>, PasteError> {
        if let Some(line) = self.unreadable {
            return Err(self.error(Problem::ParseError, line));
        }
        for setting in self.sections.iter_mut().flat_map(|section| &mut section.settings) {
            setting.value.truncate(setting.value.trim_end().len());
        }
        Ok(self.sections)
    }

    fn error(&self, problem: Problem, line: usize) -> PasteError {
        PasteError::from(problem).at(Place::line(self.source, line))
    }
}

/// What stands in the brackets, if `text` begins with one; the last `]` of the line closes it.
fn header(text: &str) -> Option<&str> {
    let name = text.strip_prefix('[')?;
    let end = name.rfind(']').filter(|end| *end > 0)?;
    Some(&name[..end])
}
