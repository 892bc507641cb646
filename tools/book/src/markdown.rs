//! The headings, links and fences of a page, each with its line, as mdBook's own parser sees them.

use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// A heading of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its words, without the marks and the id.
    pub text: String,
    /// The id written after it: `{#id}`.
    pub id: Option<String>,
    /// Line in the page, from 1.
    pub line: usize,
}

/// A link or an image, with the target as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `ch01-paste.md#loader`, `https://...`
    pub target: String,
    /// Line in the page, from 1.
    pub line: usize,
}

/// A fenced code block, before mdBook has filled its includes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// What follows the opening marks: `rust`, `console`, `rust,ignore`.
    pub info: String,
    /// What is between the marks.
    pub content: String,
    /// Line of the opening marks, from 1.
    pub line: usize,
}

/// What the checks ask of a page's Markdown.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Outline {
    /// In order of appearance.
    pub headings: Vec<Heading>,
    /// In order of appearance.
    pub links: Vec<Link>,
    /// In order of appearance.
    pub fences: Vec<Fence>,
}

impl Outline {
    /// Reads `text`.
    pub fn of(text: &str) -> Self {
        let mut outline = Self::default();
        let mut inside = Inside::Prose;
        for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter()
        {
            outline.read(event, line_at(text, &range), &mut inside);
        }
        outline
    }

    fn read(&mut self, event: Event<'_>, line: usize, inside: &mut Inside) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                let id = id.map(|id| id.to_string());
                self.headings.push(Heading { text: String::new(), id, line });
                *inside = Inside::Heading;
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let info = info.trim().to_owned();
                self.fences.push(Fence { info, content: String::new(), line });
                *inside = Inside::Fence;
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.links.push(Link { target: dest_url.to_string(), line });
            }
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock) => *inside = Inside::Prose,
            Event::Text(text) | Event::Code(text) => self.take(&text, inside),
            _ => {}
        }
    }

    fn take(&mut self, text: &str, inside: &Inside) {
        let into = match inside {
            Inside::Prose => None,
            Inside::Heading => self.headings.last_mut().map(|heading| &mut heading.text),
            Inside::Fence => self.fences.last_mut().map(|fence| &mut fence.content),
        };
        if let Some(into) = into {
            into.push_str(text);
        }
    }
}

enum Inside {
    Prose,
    Heading,
    Fence,
}

fn line_at(text: &str, range: &Range<usize>) -> usize {
    text[..range.start].matches('\n').count() + 1
}
