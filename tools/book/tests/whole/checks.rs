//! Each rule of the book, broken on purpose.

use crate::small_book::SmallBook;
use book::{Site, Source, check};

const INCLUDE: &str = "# One {#one}\n\n```rust\n{{#include ../../code.rs:main}}\n```\n";

/// The problems of the good book with `files` written over it, paths relative to its directory.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let book = SmallBook::with(files);
    let source = Source::load(&book.root()).unwrap();
    let site = Site::build(&source).unwrap();
    let directory = format!("{}/", book.root().display());
    check(&source, &site)
        .iter()
        .map(|problem| problem.to_string().replace(&directory, ""))
        .collect()
}

/// Each case spoils `src/one.md` with a text and names the start of the one problem it makes.
fn each_spoils_a_page(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let found = problems(&[("book/src/one.md", text)]);
        assert!(
            matches!(found.as_slice(), [problem] if problem.starts_with(expected)),
            "{text:?}\nshould be one problem: {expected}\nbut: {found:#?}"
        );
    }
}

#[test]
fn a_good_book_has_no_problems() {
    assert_eq!(problems(&[]), [""; 0]);
    assert_eq!(problems(&[("book/src/one.md", INCLUDE)]), [""; 0]);
}

#[test]
fn every_include_brings_something() {
    each_spoils_a_page(&[
        ("# One {#one}\n{{#include ../../none.rs}}\n", "src/one.md:2: src/../../none.rs cannot be"),
        (
            "# One {#one}\n{{#include ../../code.rs:gone}}\n",
            "src/one.md:2: ../../code.rs has no anc",
        ),
        (
            "# One {#one}\n{{#include ../../code.rs:2:3}}\n",
            "src/one.md:2: {{#include ../../code.rs",
        ),
        (
            "# One {#one}\n{{ #include\n../../code.rs:gone }}\n",
            "src/one.md:2: ../../code.rs has no",
        ),
        ("# One {#one}\n{{#rustdoc_include ../../code.rs}}\n", "src/one.md:2: {{#rustdoc_include"),
        ("# One {#one}\n{{#playground ../../code.rs}}\n", "src/one.md:2: {{#playground"),
    ]);
}

#[test]
fn an_anchor_holds_something_and_ends() {
    let page = ("book/src/one.md", INCLUDE);
    let cases = [
        (
            "// ANCHOR: main\n\n// ANCHOR_END: main\n",
            "src/one.md:4: {{#include ../../code.rs:main}} is",
        ),
        (
            "// ANCHOR: main\nfn main() {}\n",
            "src/one.md:4: the anchor \"main\" in ../../code.rs has no",
        ),
        (
            "// ANCHOR: mainly\nx\n// ANCHOR_END: mainly\n",
            "src/one.md:4: ../../code.rs has no anchor",
        ),
    ];
    for (code, expected) in cases {
        let found = problems(&[page, ("code.rs", code)]);
        assert!(matches!(found.as_slice(), [one] if one.starts_with(expected)), "{found:#?}");
    }
}

#[test]
fn an_escaped_directive_is_text() {
    // mdBook shows it as it is written, and that is what the last rule must not let pass.
    let found = problems(&[("book/src/one.md", "# One {#one}\n\n`\\{{#include none.rs}}`\n")]);
    assert!(matches!(found.as_slice(), [one] if one.contains("mdBook left")), "{found:#?}");
}

#[test]
fn a_rust_block_holds_includes_only() {
    each_spoils_a_page(&[
        ("# One {#one}\n\n```rust\nfn main() {}\n```\n", "src/one.md:3: a rust block with code"),
        ("# One {#one}\n\n```rust,ignore\n```\n", "src/one.md:3: a rust block with code"),
        (
            "# One {#one}\n\n~~~ rust\n{{#include ../../code.rs:main}}\nfn more() {}\n~~~\n",
            "src/one.md:3: a rust block with code",
        ),
    ]);
    let two = "# One {#one}\n```rust\n{{#include ../../code.rs:main}}\n\n{{#include ../../code.rs}}\n```\n";
    assert_eq!(problems(&[("book/src/one.md", two)]), [""; 0]);
}

#[test]
fn no_directive_is_left_in_a_page() {
    each_spoils_a_page(&[
        ("# One {#one}\n\n{{#inclde ../../code.rs}}\n", "src/one.md:3: mdBook left \"{{#inclde"),
        ("# One {#one}\n\n{{#include ../../code.rs\n", "src/one.md:3: mdBook left \"{{#include"),
    ]);
    let with_directive = ("code.rs", "// {{#helper name}}\n");
    let including =
        ("book/src/one.md", "# One {#one}\n\n```rust\n{{#include ../../code.rs}}\n```\n");
    let found = problems(&[with_directive, including]);
    assert!(matches!(found.as_slice(), [one] if one.starts_with("src/one.md:1: mdBook left")));
}

#[test]
fn every_link_leads_somewhere() {
    each_spoils_a_page(&[
        ("# One {#one}\n\n[x](gone.md)\n", "src/one.md:3: the link gone.html leads to no file"),
        (
            "# One {#one}\n\n[x](deep/two.md#gone)\n",
            "src/one.md:3: deep/two.html has no id \"gone\"",
        ),
        ("# One {#one}\n\n[x](#gone)\n", "src/one.md:3: one.html has no id \"gone\""),
        ("# One {#one}\n\n[x](../../code.rs)\n", "src/one.md:3: the link ../../code.rs leads"),
        ("# One {#one}\n\n[x](/one.html)\n", "src/one.md:3: the link /one.html starts with /"),
        ("# One {#one}\n\n![x](gone.svg)\n", "src/one.md:3: the link gone.svg leads to no file"),
        ("# One {#one}\n\n<a href=\"gone.html\">x</a>\n", "src/one.md:3: the link gone.html leads"),
    ]);
    let elsewhere = "# One {#one}\n\n[x](https://nowhere.invalid/) [y](mailto:a@b.c)\n";
    assert_eq!(problems(&[("book/src/one.md", elsewhere)]), [""; 0]);
}

#[test]
fn every_heading_has_an_id_of_its_own() {
    each_spoils_a_page(&[
        ("# One {#one}\n\n## A rule\n", "src/one.md:3: the heading \"A rule\" has no id"),
        ("# One {#one}\n\nTwo `x`\n---\n", "src/one.md:3: the heading \"Two x\" has no id"),
        ("# One {#one}\n\n## Two {#one}\n", "src/one.md:3: the id \"one\" is used twice"),
    ]);
}

#[test]
fn the_summary_and_the_pages_agree() {
    let missing = "# Summary\n\n- [One](one.md)\n- [Two](deep/two.md)\n  - [Gone](gone.md)\n";
    let cases = [
        ("book/src/SUMMARY.md", missing, "src/SUMMARY.md:5: the chapter gone.md does not exist"),
        (
            "book/src/three.md",
            "# Three {#three}\n",
            "src/three.md:1: the page is not in SUMMARY.md",
        ),
        ("book/book.toml", "[book]\n", "book.toml:1: plain mdBook would create missing chapters"),
    ];
    for (file, text, expected) in cases {
        let found = problems(&[(file, text)]);
        assert!(matches!(found.as_slice(), [one] if one.starts_with(expected)), "{found:#?}");
    }
}

#[test]
fn one_problem_hides_no_other() {
    let found = problems(&[
        ("book/src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n- [Gone](gone.md)\n"),
        ("book/src/one.md", "# One\n\n{{#include none.rs}}\n\n[x](#gone)\n"),
    ]);
    let places: Vec<_> = found.iter().map(|one| one.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        ["src/SUMMARY.md:4", "src/deep/two.md:1", "src/one.md:1", "src/one.md:3", "src/one.md:5"]
    );
}

#[test]
fn a_file_has_the_item_that_a_table_says_it_has() {
    let code = ("code.rs", "pub struct Store;\npub(crate) enum Other {}\n");
    for (row, found) in [
        ("| store | `Store` | `code.rs` | there |", 0),
        ("| store | `Stor` | `code.rs` | there |", 1),
        ("| store | `Store` | `none.rs` | there |", 1),
        ("| store | a store | `code.rs` | there |", 0),
    ] {
        let page = format!("# One {{#one}}\n\n| a | b | c | d |\n|---|---|---|---|\n{row}\n");
        let problems = problems(&[code, ("book/src/one.md", &page)]);
        assert_eq!(problems.len(), found, "{row}: {problems:?}");
    }
}
