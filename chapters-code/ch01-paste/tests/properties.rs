//! What holds for every file, tried on files that nobody would write.

#[cfg(test)]
mod demo;

use demo::{load, registry};
use nova_paste::{AppConfig, Ini, Loader, PasteConfig, PasteError, Problem, Source};
use proptest::{collection::vec, prelude::*, sample::select, test_runner::Config};
use std::{
    collections::{BTreeMap, HashSet},
    fs,
    sync::mpsc,
    thread,
    time::Duration,
};

/// Who takes longer than this hangs.
const AT_MOST: Duration = Duration::from_secs(5);

/// What `work` gives, unless it panics or hangs.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    match result.recv_timeout(AT_MOST) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("not done after {AT_MOST:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("it panicked"),
    }
}

/// A failure is printed, and not written into a file beside the source.
fn config() -> Config {
    Config { failure_persistence: None, ..Config::default() }
}

/// The tree that the app `main` of `text` is, or what is wrong with it.
fn tree(text: &str) -> Result<String, Problem> {
    let registry = registry();
    let config = PasteConfig::parse("random.ini", text).map_err(|error| told(&error))?;
    let (_, graph) = config.loader(&registry).load_app("main").map_err(|error| told(&error))?;
    Ok(graph.to_string())
}

/// What is wrong, after a look at how it is told.
fn told(error: &PasteError) -> Problem {
    is_well_told(error);
    error.problem().clone()
}

/// An error says what is wrong, and underlines something that is there.
fn is_well_told(error: &PasteError) {
    let first = error.problem().to_string().lines().next().unwrap_or_default().trim().to_owned();
    assert!(!first.is_empty() && !error.to_string().is_empty(), "{error:?}");
    if let Some(place) = error.place() {
        assert!(place.text().get(place.bytes()).is_some(), "{error:?}");
    }
}

/// Text with much in it that means something.
fn text() -> impl Strategy<Value = String> {
    let words = select(vec![
        "[",
        "]",
        "[app:main]\n",
        "[DEFAULT]\n",
        "%",
        "%(",
        ")s",
        "%(here)s",
        "=",
        ":",
        " = ",
        "\n",
        "\n  ",
        "\n\t",
        "\r\n",
        "\r",
        "#",
        ";",
        "use",
        "egg:Demo#app",
        "set ",
        "get ",
        "main",
        "\0",
        "\u{feff}",
        "\u{85}",
        "\u{a0}",
        "é",
        "𝕏",
        "\u{1b}[31m",
        "filter-with",
        "pipeline",
    ]);
    let word = prop_oneof![4 => words.prop_map(str::to_owned), 1 => any::<String>()];
    vec(word, 0..40).prop_map(|words| words.concat())
}

/// A name that a section may have, or that is near to one.
fn name() -> impl Strategy<Value = &'static str> {
    select(vec!["main", "a", "b", "c", "f", "g", "nobody"])
}

fn names() -> impl Strategy<Value = String> {
    vec(prop_oneof![4 => name(), 1 => uri()], 0..5).prop_map(|names| names.join(" "))
}

fn uri() -> impl Strategy<Value = &'static str> {
    select(vec![
        "egg:Demo",
        "egg:Demo#app",
        "egg:demo#main",
        "egg:Nope",
        "egg:",
        "call:demo:map",
        "call:demo:pipeline",
        "call:demo:app",
        "call:demo",
        "config:one.ini",
        "config:./two.ini#a",
        "config:two.ini",
        "config:%6fne.ini#f",
        "config:.",
        "config:nowhere.ini",
        "odd:x",
    ])
}

/// A value, with references to other values.
fn value() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "x",
        " ",
        "%(k)s",
        "%(l)s",
        "%(m)s",
        "%(here)s",
        "%(__file__)s",
        "%%",
        "%",
        "%(use)s",
        "\n  ",
        "é",
    ]);
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// What a section may say. Most of it makes sense in some section, but hardly in any section.
fn setting() -> impl Strategy<Value = (String, String)> {
    let key = |key: &'static str| Just(key.to_owned());
    let target = || select(vec!["demo:app", "demo:filter", "demo:map", "demo:pipeline", "demo:no"]);
    let factory = select(vec!["paste.app_factory", "paste.filter_factory"]);
    prop_oneof![
        6 => (key("use"), prop_oneof![name(), uri()].prop_map(str::to_owned)),
        2 => (factory.prop_map(str::to_owned), target().prop_map(str::to_owned)),
        3 => (key("pipeline"), names()),
        3 => (key("names"), names()),
        2 => (key("next"), name().prop_map(str::to_owned)),
        2 => (key("filter-with"), name().prop_map(str::to_owned)),
        3 => (key("name"), value()),
        1 => (key("require"), select(vec!["Demo", "Nope"]).prop_map(str::to_owned)),
        2 => (select(vec!["k", "l", "m", "set k", "set l", "set here"]).prop_map(str::to_owned), value()),
        1 => (select(vec!["get k", "get name"]).prop_map(str::to_owned), name().prop_map(str::to_owned)),
        1 => (select(vec!["/", "/v2"]).prop_map(str::to_owned), name().prop_map(str::to_owned)),
    ]
}

/// What stands between the brackets, and the settings.
type Section = (String, BTreeMap<String, String>);

fn section() -> impl Strategy<Value = Section> {
    let prefix = select(vec![
        "app",
        "app",
        "application",
        "composite",
        "composite",
        "composit",
        "pipeline",
        "pipeline",
        "filter",
        "filter",
        "filter",
        "filter-app",
        "server",
        "odd",
    ]);
    let header = prop_oneof![
        15 => (prefix, name()).prop_map(|(prefix, name)| format!("{prefix}:{name}")),
        1 => Just("DEFAULT".to_owned()),
    ];
    (header, vec(setting(), 0..4).prop_map(|settings| settings.into_iter().collect()))
}

/// A section that makes sense, if those that it names do.
fn sensible() -> impl Strategy<Value = Section> {
    let app = || select(vec!["a", "b", "c", "egg:Demo#app"]);
    let filter = || select(vec!["f", "g"]);
    let pipeline =
        || (vec(filter(), 0..3), app()).prop_map(|(f, app)| [f, vec![app]].concat().join(" "));
    let section = |header: String, settings: &[(&str, &str)]| {
        let owned = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        (header, owned.collect())
    };
    let named = || select(vec!["a", "b", "c"]);
    prop_oneof![
        (named(), app()).prop_map(move |(name, app)| section(
            format!("app:{name}"),
            &[("use", app), ("says", "%(here)s")]
        )),
        (named(), app(), app()).prop_map(move |(name, one, two)| section(
            format!("composite:{name}"),
            &[("use", "call:demo:map"), ("set mood", "!"), ("/", one), ("/v2", two)],
        )),
        (named(), pipeline()).prop_map(move |(name, names)| section(
            format!("composite:{name}"),
            &[("use", "call:demo:pipeline"), ("names", &names)],
        )),
        (named(), pipeline()).prop_map(move |(name, names)| section(
            format!("pipeline:{name}"),
            &[("pipeline", &names)]
        )),
        (named(), app()).prop_map(move |(name, app)| section(
            format!("filter-app:{name}"),
            &[("use", "egg:Demo"), ("name", "x"), ("next", app)],
        )),
        (named(), app(), filter()).prop_map(move |(name, app, filter)| section(
            format!("app:{name}"),
            &[("use", app), ("filter-with", filter)],
        )),
        filter().prop_map(move |name| section(
            format!("filter:{name}"),
            &[("use", "egg:Demo"), ("name", name)]
        )),
    ]
}

/// Some sections, mostly sensible ones, that name each other. What would be `a` becomes `main`,
/// with a plain `a` beside it.
fn sections() -> impl Strategy<Value = Vec<Section>> {
    let rest = prop_oneof![2 => vec(section(), 0..1), 1 => vec(section(), 0..9)];
    (vec(sensible(), 12), rest).prop_map(|(sensible, mut rest)| {
        let named = |section: &Section| section.0.split_once(':').map(|(_, name)| name.to_owned());
        let mut seen: HashSet<_> = rest.iter().filter_map(named).collect();
        rest.extend(
            sensible
                .into_iter()
                .filter(|section| named(section).is_some_and(|name| seen.insert(name))),
        );
        if let Some(section) = rest.iter_mut().find(|(header, _)| header.ends_with(":a")) {
            section.0.truncate(section.0.len() - 1);
            section.0 += "main";
            rest.push(("app:a".into(), BTreeMap::from([("use".into(), "egg:Demo#app".into())])));
        }
        let mut headers = HashSet::new();
        rest.retain(|(header, _)| headers.insert(header.clone()));
        rest
    })
}

fn write(sections: &[Section]) -> String {
    let line = |(key, value): (&String, &String)| format!("{key} = {value}\n");
    let section = |(header, settings): &Section| {
        format!("[{header}]\n{}", settings.iter().map(line).collect::<String>())
    };
    sections.iter().map(section).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_read_or_refused_with_a_reason(text in text()) {
        in_time(move || {
            for error in [Ini::parse(Source::new("random.ini", &text)).err(), load(&text).err()] {
                error.iter().for_each(is_well_told);
            }
        });
    }

    #[test]
    fn any_name_is_found_or_refused_with_a_reason(name in "(config|egg|call|é|)[:#%./ a-z\\\\]{0,12}") {
        in_time(move || {
            let registry = registry();
            let config = PasteConfig::parse("random.ini", "[app:a]\nuse = egg:Demo#app").unwrap();
            for loader in [Loader::new(&registry), config.loader(&registry)] {
                loader.load_app(&name).err().iter().for_each(is_well_told);
                loader.load_filter(&name).err().iter().for_each(is_well_told);
                loader.load_server(&name).err().iter().for_each(is_well_told);
            }
        });
    }

    #[test]
    fn what_is_written_is_read(
        sections in vec(("[a-z]{1,3}:[a-z]{1,3}", vec(("[a-zA-Z][a-z. ]{0,5}[a-z]", "[!-~]([ -~é]{0,9}[!-~])?"), 0..4)), 0..5),
        equals in select(vec!["=", ":", " = ", "  :\t"]),
        between in select(vec!["\n", "\r\n", "\n\n", "\n# k = v\n", "\r; [x]\r"]),
    ) {
        let sections: BTreeMap<String, BTreeMap<String, String>> =
            sections.into_iter().map(|(name, settings)| (name, settings.into_iter().collect())).collect();
        let mut text = String::new();
        for (name, settings) in &sections {
            text += &format!("[{name}]{between}");
            for (key, value) in settings {
                text += &format!("{key}{equals}{value}{between}");
            }
        }
        let ini = Ini::parse(Source::new("random.ini", &text)).unwrap();
        let read = ini.sections().iter().map(|section| {
            let settings = section.settings.iter().map(|s| (s.key.clone(), s.value.clone()));
            (section.name.clone(), settings.collect())
        });
        prop_assert_eq!(read.collect::<BTreeMap<_, BTreeMap<_, _>>>(), sections);
    }

    #[test]
    fn any_sections_are_loaded_or_refused_with_a_reason(sections in sections()) {
        let text = write(&sections);
        let told = in_time(move || tree(&text));

        let mut reversed = sections.clone();
        reversed.reverse();
        let text = write(&reversed);
        let again = in_time(move || tree(&text));
        prop_assert_eq!(&again, &told, "the order of the sections means nothing");

        reversed.push(("app:beside".into(), BTreeMap::from([("use".into(), "%(nonsense".into())])));
        let text = write(&reversed);
        let again = in_time(move || tree(&text));
        prop_assert_eq!(&again, &told, "a section that nobody asks for may say what it likes");
    }

    #[test]
    fn files_that_name_each_other_are_loaded_or_refused(one in sections(), two in sections()) {
        let folder = tempfile::tempdir().unwrap();
        for (name, sections) in [("one.ini", one), ("two.ini", two)] {
            fs::write(folder.path().join(name), write(&sections)).unwrap();
        }
        let path = folder.path().to_string_lossy().into_owned();
        in_time(move || {
            let registry = registry();
            let loader = Loader::new(&registry).relative_to(&path);
            for name in ["config:one.ini", "config:two.ini#a"] {
                loader.load_app(name).err().iter().for_each(is_well_told);
                loader.load_filter(name).err().iter().for_each(is_well_told);
            }
        });
    }

    #[test]
    fn expanded_values_have_an_end(
        values in vec(vec(select(vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), 0..30), 1..10),
        defaults in any::<bool>(),
    ) {
        let mut text = String::from("[app:main]\nuse = egg:Demo#app\n");
        text += if defaults { "[DEFAULT]\n" } else { "" };
        for (number, pieces) in values.iter().enumerate() {
            // Most refer to earlier values, as those that refer to themselves end soon.
            let piece = |piece: &usize| match piece {
                10 => "%%".to_owned(),
                11 => "x".repeat(1000),
                earlier => format!("%(v{})s", earlier % (number + 1)),
            };
            let piece = |p: &usize| if number == 0 { "yz".to_owned() } else { piece(p) };
            text += &format!("v{number} = {}\n", pieces.iter().map(piece).collect::<String>());
        }
        let told = in_time(move || {
            let config = PasteConfig::parse("random.ini", &text).unwrap();
            config.loader(&registry()).app_config("main")
        });
        match told {
            Ok(AppConfig { global_conf, local_conf }) => {
                let global = global_conf.values().map(String::len).sum::<usize>();
                let local = local_conf.iter().map(|(_, value)| value.len()).sum::<usize>();
                prop_assert!(global <= 1 << 20 && local <= 1 << 20, "{global} {local}");
            }
            Err(error) => prop_assert!(matches!(
                error.problem(),
                Problem::TooLong | Problem::InterpolationDepth
            ), "{error}"),
        }
    }

    #[test]
    fn two_percents_stand_for_one_in_any_value(value in "[!-~]([ -~]{0,20}[!-~])?") {
        let text = format!("[app:main]\nuse = egg:Demo#app\nsays = {}", value.replace('%', "%%"));
        let config = PasteConfig::parse("random.ini", &text).unwrap();
        let told = config.loader(&registry()).app_config("main").unwrap();
        prop_assert_eq!(told.local_conf.get("says"), Some(value.as_str()));
    }
}
