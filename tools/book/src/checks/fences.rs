//! The book holds no Rust of its own: what it shows is cut from the code that runs.

use crate::directive::Directive;
use crate::markdown::{Fence, Outline};
use crate::{Page, Problem, Site, Source};

/// Fails on a fenced block whose info string starts with `rust` and that holds anything but
/// includes.
pub fn check(source: &Source, _site: &Site) -> Vec<Problem> {
    source.pages.iter().flat_map(check_page).collect()
}

fn check_page(page: &Page) -> Vec<Problem> {
    let mut fences = Outline::of(&page.text).fences;
    fences.retain(|fence| fence.info.starts_with("rust") && !only_includes(fence));
    let problem = |fence: &Fence| {
        let what = "a rust block with code of its own";
        let right = "put {{#include path:anchor}} there and nothing else";
        Problem::new(&page.file, fence.line, what, right)
    };
    fences.iter().map(problem).collect()
}

fn only_includes(fence: &Fence) -> bool {
    let directives = Directive::all(&fence.content);
    let mut rest = fence.content.clone();
    for directive in &directives {
        rest = rest.replace(directive.text, "");
    }
    let all_includes = directives.iter().all(|directive| directive.kind == "include");
    !directives.is_empty() && all_includes && rest.trim().is_empty()
}
