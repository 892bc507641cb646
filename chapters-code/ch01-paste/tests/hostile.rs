//! No file makes the loader panic, overflow its stack, or go on for ever.

#[cfg(test)]
mod demo;

use demo::{load, registry};
use nova_paste::{Loader, Problem};
use std::{fmt::Write, fs};

fn problem(text: &str) -> Option<Problem> {
    load(text).err().map(|error| error.problem().clone())
}

#[test]
fn a_section_cannot_be_made_of_itself() {
    for text in [
        "[app:main]\nuse = b\n[app:b]\nuse = main",
        "[pipeline:main]\npipeline = main",
        "[filter-app:main]\nuse = egg:Demo\nnext = main",
        "[app:main]\nuse = egg:Demo#app\nfilter-with = f\n[filter:f]\nuse = egg:Demo\nfilter-with=f",
        "[composite:main]\nuse = call:demo:map\nx = main",
        "[composite:main]\nuse = call:demo:map\nx = p\n[pipeline:p]\npipeline = main",
        "[pipeline:main]\npipeline = c\n[composite:c]\nuse = call:demo:pipeline\nnames = main",
    ] {
        assert!(matches!(problem(text), Some(Problem::Recursion { .. })), "{text}");
    }
}

#[test]
fn a_file_cannot_include_itself_for_ever() {
    let folder = std::env::temp_dir().join(format!("nova-paste-hostile-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.ini"), "[app:main]\nuse = config:./a.ini").unwrap();
    fs::write(folder.join("b.ini"), "[app:main]\nuse = config:c.ini").unwrap();
    fs::write(folder.join("c.ini"), "[app:main]\nuse = config:b.ini").unwrap();
    let registry = registry();
    let loader = Loader::new(&registry).relative_to(&folder.to_string_lossy());
    for uri in ["config:a.ini", "config:b.ini"] {
        let error = loader.load_app(uri).err().unwrap();
        let limited = Problem::TooMany { limit: 64, what: "sections inside each other" };
        let recursion = matches!(error.problem(), Problem::Recursion { .. });
        assert!(recursion || *error.problem() == limited, "{error}");
    }
    let endless = "config:a.ini#".repeat(50_000);
    assert!(loader.load_app(&endless).is_err());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_chain_has_an_end() {
    let mut chain = String::from("[app:main]\nuse = a0\n");
    for i in 0..1000 {
        let _ = write!(chain, "[app:a{i}]\nuse = a{}\n", i + 1);
    }
    assert!(matches!(problem(&chain), Some(Problem::TooMany { .. })));
    let chain = chain.replace("use = ", "use = call:demo:map\nx = ").replace("app:", "composite:");
    assert!(matches!(problem(&chain), Some(Problem::TooMany { .. })));
    let pipeline = format!("[pipeline:main]\npipeline = {} a", "f ".repeat(900));
    let parts = "[filter:f]\nuse = egg:Demo\nname = f\n[app:a]\nuse = egg:Demo#app";
    assert!(matches!(problem(&format!("{pipeline}\n{parts}")), Some(Problem::TooMany { .. })));
}

#[test]
fn a_tree_cannot_grow_without_end() {
    let mut tree = String::from("[composite:main]\nuse = call:demo:map\na = c0\nb = c0\n");
    for i in 0..40 {
        let next = i + 1;
        let _ = write!(tree, "[composite:c{i}]\nuse = call:demo:map\na = c{next}\nb = c{next}\n");
    }
    tree.push_str("[app:c40]\nuse = egg:Demo#app\n");
    let limited = Problem::TooMany { limit: 1000, what: "sections" };
    assert_eq!(problem(&tree), Some(limited));
}

#[test]
fn values_cannot_grow_without_end() {
    for innermost in ["", "xxxxxxxxxx"] {
        let mut values = format!("[app:main]\nuse = egg:Demo#app\nv0 = {innermost}\n");
        for i in 0..9 {
            let _ = writeln!(values, "v{} = {}", i + 1, format!("%(v{i})s").repeat(10));
        }
        assert_eq!(problem(&values), Some(Problem::TooLong));
    }
}

#[test]
fn what_many_sections_are_told_cannot_grow_without_end() {
    let mut tree = String::from("[composite:main]\nuse = call:demo:map\na = c0\nb = c0\n");
    for i in 0..8 {
        let next = i + 1;
        let _ = write!(tree, "[composite:c{i}]\nuse = call:demo:map\na = c{next}\nb = c{next}\n");
    }
    tree.push_str("[app:c8]\nuse = egg:Demo#app\n[DEFAULT]\n");
    let mut references = String::from("v0 = \n");
    for i in 0..5 {
        let _ = writeln!(references, "v{} = {}", i + 1, format!("%(v{i})s").repeat(9));
    }
    let settings: String = (0..20_000).map(|i| format!("k{i} = v\n")).collect();
    for defaults in [references, settings] {
        assert_eq!(problem(&format!("{tree}{defaults}")), Some(Problem::TooLong));
    }
    let mut fetched = format!("[DEFAULT]\nlong = {}\n[app:main]\n", "x".repeat(1000));
    for i in 0..2000 {
        let _ = writeln!(fetched, "get k{i} = long");
    }
    assert_eq!(problem(&(fetched + "use = egg:Demo#app")), Some(Problem::TooLong));
}

#[test]
fn what_no_section_makes_is_counted_too() {
    let many: String = (0..3000).map(|i| format!("/{i} = egg:Demo#app\n")).collect();
    let limited = Problem::TooMany { limit: 1000, what: "sections" };
    assert_eq!(problem(&format!("[composite:main]\nuse = call:demo:map\n{many}")), Some(limited));
}

#[test]
fn a_factory_puts_no_more_filters_around_an_app_than_a_pipeline() {
    let filters = |count| {
        let names = "f ".repeat(count);
        let main = format!("[composite:main]\nuse = call:demo:pipeline\nnames = {names} a");
        problem(&format!(
            "{main}\n[filter:f]\nuse = egg:Demo\nname = f\n[app:a]\nuse = egg:Demo#app"
        ))
    };
    assert_eq!(filters(64), None);
    assert_eq!(filters(65), Some(Problem::TooMany { limit: 64, what: "filters around an app" }));
}

#[test]
fn a_large_file_takes_no_time() {
    let mut large = String::from("[app:main]\nuse = base\n");
    for i in 0..20_000 {
        let _ = writeln!(large, "k{i} = v");
    }
    large.push_str("[app:base]\nuse = egg:Demo#app\n");
    for i in 0..10_000 {
        let _ = writeln!(large, "get k{i} = __file__");
    }
    assert!(load(&large).is_ok());
    let mut many = String::from("[pipeline:main]\npipeline = nobody\n");
    for i in 0..20_000 {
        let _ = writeln!(many, "[app:{i}]");
    }
    assert!(matches!(problem(&many), Some(Problem::NoSection { .. })));
}

#[test]
fn no_text_makes_it_panic() {
    let pieces =
        ["[", "]", "%", "(", ")s", "=", ":", "\n", " ", "use", "main", "#", "é", "\r", "egg"];
    let mut state: u64 = 1;
    for _ in 0..3000 {
        let mut text = String::from("[app:main]\nuse = egg:Demo#app\n[filter:f]\n");
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = usize::try_from(state >> 33).unwrap();
            let mut place = at % (text.len() + 1);
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            text.insert_str(place, pieces[at % pieces.len()]);
        }
        if let Err(error) = load(&text) {
            assert!(!error.to_string().is_empty());
        }
    }
}
