//! What holds for every table, tried on those that nobody would write.

use nova_router::{Controller, Mapper, MapperError, Resource, Route, RouteMap};
use proptest::{collection::vec, prelude::*, sample::select, test_runner::Config};
use std::sync::Arc;

/// A failure is printed, and not written into a file beside the source.
fn config() -> Config {
    Config { failure_persistence: None, cases: 1_024, ..Config::default() }
}

/// A path with variables; `#` stands for the number of the segment, so that no name is twice.
fn path() -> impl Strategy<Value = String> {
    let plain = select(vec!["a", "b", "{#}"]);
    let odd =
        select(vec!["", "{#:a|c}", ":(#)-b", "a.{#}", "{#}{.f#}", "{#:[^b]+}", "{#:c?}", "*#"]);
    vec(prop_oneof![3 => plain, 1 => odd], 0..4).prop_map(|segments| {
        let segments = segments.into_iter().enumerate();
        segments
            .map(|(n, segment)| format!("/{}", segment.replace('#', &format!("v{n}"))))
            .collect()
    })
}

fn requested() -> impl Strategy<Value = String> {
    let (plain, odd) = (select(vec!["a", "b"]), select(vec!["", "c", "a-b", "a.b", "c.a", "ab"]));
    let pieces = vec(prop_oneof![3 => plain, 1 => odd], 0..4);
    pieces.prop_map(|pieces| pieces.iter().map(|piece| format!("/{piece}")).collect())
}

/// A map of these routes; each leads to the action that is its number.
fn map<'p>(paths: impl Iterator<Item = (usize, &'p String)>) -> Result<RouteMap, MapperError> {
    let nobody = Arc::new(Resource::new(Controller::builder("Nobody", Arc::new(())).build()));
    let mut mapper = Mapper::default();
    for (n, path) in paths {
        mapper.connect(Route::new(path, &nobody).action(n.to_string()));
    }
    mapper.create_regs()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_map_finds_what_one_finds_who_tries_route_after_route(
        paths in vec(path(), 1..16),
        requested in requested(),
    ) {
        let args = |map: &RouteMap| Some(map.routematch("GET", &requested)?.args);
        let whole = map(paths.iter().enumerate())?;
        let each = paths.iter().enumerate().map(|route| map([route].into_iter()));
        let expected = each.collect::<Result<Vec<_>, _>>()?.iter().find_map(args);
        prop_assert_eq!(args(&whole), expected, "{} in {:?}", requested, paths);
    }
}
