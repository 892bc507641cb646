//! A text with a name, and places in it: where an error points to.

use crate::{PasteError, Problem};
use std::{
    borrow::Cow,
    fmt,
    fs::{self, File},
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

/// A longer file is not meant.
const MAX_LENGTH: u64 = 1 << 20;

/// The text of a configuration file, and the name it goes by in messages.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
}

impl Source {
    /// `text` with every kind of line end as `\n`.
    pub fn new(name: impl Into<String>, text: &str) -> Self {
        Self { name: name.into(), text: text.replace("\r\n", "\n").replace('\r', "\n") }
    }

    /// The file at `path`.
    ///
    /// # Errors
    ///
    /// There is no such file, it is longer than 1 MiB, or it is no UTF-8.
    pub fn read(path: &str) -> Result<Self, PasteError> {
        let error = |error: &io::Error| Self::cannot_read(path, error);
        // Whoever opens a pipe waits for somebody to write into it.
        if !fs::metadata(path).map_err(|e| error(&e))?.is_file() {
            return Err(Self::cannot_read(path, &"not a file"));
        }
        let file = File::open(path).map_err(|e| error(&e))?;
        let mut bytes = Vec::new();
        file.take(MAX_LENGTH + 1).read_to_end(&mut bytes).map_err(|e| error(&e))?;
        if bytes.len() as u64 > MAX_LENGTH {
            return Err(Self::cannot_read(path, &Problem::TooLong));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, &text)),
            Err(error) => {
                let valid_up_to = error.utf8_error().valid_up_to();
                Err(Problem::Unicode { file: path.to_owned(), valid_up_to }.into())
            }
        }
    }

    pub(crate) fn cannot_read(path: &str, reason: &dyn fmt::Display) -> PasteError {
        Problem::FileNotFound { file: path.to_owned(), reason: reason.to_string() }.into()
    }

    /// The name: a path, or what the text is called in memory.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The lines, each with its number; the first is 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.split('\n'))
    }

    fn line(&self, number: usize) -> &str {
        self.lines().nth(number - 1).map_or("", |(_, line)| line)
    }
}

/// Some characters of one line of a [`Source`].
#[derive(Clone, Debug)]
pub struct Place {
    source: Arc<Source>,
    line: usize,
    bytes: Range<usize>,
}

impl Place {
    /// The whole of line `line`, without the blanks around it.
    pub fn line(source: &Arc<Source>, line: usize) -> Self {
        let text = source.line(line);
        let start = text.len() - text.trim_start().len();
        let end = start + text.trim().len();
        Self { source: Arc::clone(source), line, bytes: start..end }
    }

    /// `part`, where it first stands in `lines` and not inside a word; if it does not, the first
    /// of these lines.
    pub fn part(source: &Arc<Source>, lines: Range<usize>, part: &str) -> Self {
        let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_-.".contains(c));
        let splits_word = |a, b| in_word(a) && in_word(b);
        let stands_in = |text: &str| {
            let mut starts = text.match_indices(part).map(|(start, _)| start);
            starts.find(|start| {
                let (before, after) = (&text[..*start], &text[start + part.len()..]);
                !splits_word(before.chars().next_back(), part.chars().next())
                    && !splits_word(part.chars().next_back(), after.chars().next())
            })
        };
        let candidates = source.lines().skip(lines.start - 1).take(lines.len());
        let mut found = candidates.filter_map(|(line, text)| Some((line, stands_in(text)?)));
        match found.next() {
            Some((line, start)) if !part.is_empty() => {
                Self { source: Arc::clone(source), line, bytes: start..start + part.len() }
            }
            _ => Self::line(source, lines.start),
        }
    }

    /// The name of the text.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// The number of the line, from 1.
    pub fn line_number(&self) -> usize {
        self.line
    }

    /// The whole line. Behind a word that looks like `password`, misspelt or not, are stars: an
    /// error ends in a log.
    pub fn text(&self) -> Cow<'_, str> {
        let line = self.source.line(self.line);
        let key = line.split_once(['=', ':']).or_else(|| line.trim_start().split_once(' '));
        match key {
            Some((key, secret)) if looks_like_a_password(key) => {
                let (shown, hidden) = line.split_at(line.len() - secret.len());
                (shown.to_owned() + &"*".repeat(hidden.len())).into()
            }
            _ => line.into(),
        }
    }

    /// Which bytes of the line are meant.
    pub fn bytes(&self) -> Range<usize> {
        self.bytes.clone()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name(), self.line)
    }
}

fn looks_like_a_password(key: &str) -> bool {
    let key = key.to_lowercase();
    ["pass", "pasw"].iter().any(|part| key.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{Place, Source};
    use std::sync::Arc;

    #[test]
    fn what_looks_like_a_password_is_not_shown() {
        let text = "password = hunter2\npasswd hunter2\n  Pasword: hünter2\npath = /x\npaste.x = y";
        let source = Arc::new(Source::new("x.ini", text));
        let shown = (1..=5).map(|line| Place::line(&source, line).text().into_owned());
        let stars = ["password =********", "passwd *******", "  Pasword:*********"];
        assert!(shown.eq(stars.into_iter().chain(["path = /x", "paste.x = y"])));
    }

    #[test]
    fn a_part_is_found_as_a_word_not_inside_one() {
        let source = Arc::new(Source::new("x.ini", "a = b\r\npipeline=fog f\r\n  g"));
        let f = Place::part(&source, 2..4, "f");
        assert_eq!((f.line_number(), f.bytes()), (2, 13..14));
        assert_eq!(Place::part(&source, 2..4, "g").line_number(), 3);
        assert_eq!(Place::part(&source, 2..4, "nope").bytes(), 0..14);
    }
}
