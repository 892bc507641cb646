//! The ids and links of a finished page.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// What the checks ask of a page's HTML.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Anatomy {
    /// Every `id` of the page, the frame around the text included.
    pub ids: Vec<String>,
    /// Every `href` and `src` inside `<main>`: the text's own, not those of mdBook's frame.
    pub links: Vec<String>,
    in_main: bool,
}

impl Anatomy {
    /// Reads `html`.
    pub fn of(html: &str) -> Self {
        let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.anatomy.into_inner()
    }

    fn read(&mut self, tag: &Tag) {
        if &*tag.name == "main" {
            self.in_main = tag.kind == TagKind::StartTag;
        }
        for attribute in &tag.attrs {
            let value = attribute.value.to_string();
            match &*attribute.name.local {
                "id" => self.ids.push(value),
                "href" | "src" if self.in_main => self.links.push(value),
                _ => {}
            }
        }
    }
}

#[derive(Default)]
struct Sink {
    anatomy: RefCell<Anatomy>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            self.anatomy.borrow_mut().read(&tag);
        }
        TokenSinkResult::Continue
    }
}
