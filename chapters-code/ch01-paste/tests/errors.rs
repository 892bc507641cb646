//! What a reader of an error sees.

#[cfg(test)]
mod demo;

use demo::load;
use std::fs;

/// The text of the error of a file.
fn error(text: &str) -> String {
    load(text).err().unwrap_or_else(|| panic!("this loads: {text}")).to_string()
}

#[test]
fn an_error_shows_the_line_and_what_would_be_right() {
    let text = "[composite:main]\nuse = call:demo:pipeline\nnames =\n    app_v2\n\
                [app:app_v1]\nuse = egg:Demo#app";
    let expected = "\
no app section named app_v2
 --> demo.ini:4:5
  |
4 |     app_v2
  |     ^^^^^^
  |
  = help: did you mean app_v1?";
    assert_eq!(error(text), expected);
}

#[test]
fn every_error_points_to_its_place() {
    let app = "[app:a]\nuse = egg:Demo#app\n";
    let cases = [
        ("[pipeline:main]\npipeline = f a\n", "demo.ini:2:12", "no filter section named f"),
        ("[pipeline:main]\npipeline = a a\n", "demo.ini:2:12", "there is [app:a], which is no fil"),
        ("[pipeline:main]\npipeline =\n", "demo.ini:2:1", "the pipeline is empty"),
        ("[pipeline:main]\npipeline = a\nx = 1\n", "demo.ini:3:1", "no settings of its own"),
        ("[pipeline:main]\n", "demo.ini:1:1", "has no `pipeline`"),
        ("[filter-app:main]\nuse = egg:Demo\n", "demo.ini:1:1", "has no `next`"),
        ("[app:main]\nx = 1\n", "demo.ini:1:1", "say `use = ...` or `paste.app_factory = m"),
        ("[app:main]\nuse = main\n", "demo.ini:2:7", "[app:main] › [app:main] is made of itself"),
        ("[app:main]\nuse = egg:Dem#app\n", "demo.ini:2:7", "did you mean Demo?"),
        ("[app:main]\nuse = egg:Demo#ap\n", "demo.ini:2:7", "did you mean app?"),
        ("[app:main]\nuse = call:demo:mapp\n", "demo.ini:2:7", "did you mean demo:map?"),
        ("[app:main]\nuse = call:demos:app\n", "demo.ini:2:7", "no module named demos"),
        ("[app:main]\nuse = call:demo:map\n", "demo.ini:2:7", "would be [composite:main]"),
        ("[app:main]\nuse = config:x.ini\n", "demo.ini:2:7", "relative, and nothing says to what"),
        ("[app:main]\npaste.app_factory = app\n", "demo.ini:2:21", "no module named app"),
        ("[app:main]\npaste.app_factory = demo\n", "demo.ini:2:21", "a module, not a factory"),
        ("[app:main]\nuse = a\nget b = c\n", "demo.ini:3:9", "`c` is missing"),
        ("[app:main]\nuse = a\nb = x/%(c)s\n", "demo.ini:3:7", "nothing is called `c` here"),
        ("[app:main]\nuse = a\nb = 5% c\n", "demo.ini:3:6", "must be followed by"),
        ("[app:main]\nuse = a\nb = %(b)s\n", "demo.ini:3:1", "more than 10 deep"),
        ("[app:main]\nuse = a\nfilter-with = f\n", "demo.ini:3:15", "no filter section named f"),
        ("[pipeline:main]\npipeline = egg:Demo a\n", "demo.ini:2:12", "`name` is missing"),
        ("[app:main]\nuse = a\nuse = a\n", "demo.ini:3:1", "has a `use` already, on line 2"),
        ("[app:main]\nuse = a\n[app:main]\n", "demo.ini:3:1", "there already, on line 1"),
        ("[app:main]\nuse\n", "demo.ini:2:1", "neither `[section]` nor `key = value`"),
        ("use = a\n[app:main]\n", "demo.ini:1:1", "no section has begun yet"),
        ("\u{feff}[app:main]\nuse = a\n", "demo.ini:1:1", "no section has begun yet"),
    ];
    for (main, place, message) in cases {
        let error = error(&format!("{main}{app}"));
        assert!(error.contains(place) && error.contains(message), "{main}\n{error}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = std::env::temp_dir().join(format!("nova-paste-errors-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("latin.ini"), b"[app:main]\nx = \xe9\n").unwrap();
    fs::write(folder.join("long.ini"), vec![b'#'; (1 << 20) + 1]).unwrap();
    let path = |name: &str| format!("config:{}/{name}", folder.display());
    let registry = demo::registry();
    for (name, message) in [
        ("nope.ini", "No such file"),
        ("latin.ini", "not UTF-8 from byte 15 on"),
        ("long.ini", "longer than 1 MiB"),
        ("", "not a file"),
    ] {
        let loaded = nova_paste::Loader::new(&registry).load_app(&path(name));
        let error = loaded.err().unwrap().to_string();
        assert!(error.contains(message) && error.contains("nova-paste-errors"), "{error}");
    }
    fs::remove_dir_all(folder).unwrap();
}
