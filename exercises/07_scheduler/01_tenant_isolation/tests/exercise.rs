//! The rules of this exercise.

use kit::{House, rule, rule_that};
use mini_nova::Conf;
use nova_objects::{
    Aggregate, ComputeNode, FilterProperties, Flavor, ImageMeta, RequestSpec, Service,
};
use nova_scheduler::{BaseHostFilter, HostState, Request};
use serde_json::json;
use std::sync::Arc;
use tenant_isolation::{AggregateMultiTenancyIsolation, ENTRY_POINT};

/// A host in one aggregate for each note; without a note, if it is empty.
fn host(notes: &[&str]) -> HostState {
    let service = Service::new("host-1", "nova-compute", "compute");
    let mut host = HostState::new(&ComputeNode::default(), Arc::new(service));
    for note in notes {
        let mut aggregate = Aggregate::new("of machines", Some("nova"));
        if !note.is_empty() {
            aggregate.metadata.insert("filter_tenant_id".into(), (*note).into());
        }
        host.aggregates.push(Arc::new(aggregate));
    }
    host
}

/// Those of the projects `p1`, `p2` and `p10` that the filter lets onto the host.
fn let_in(host: &HostState) -> Vec<&'static str> {
    let passes = |project_id: &str| {
        let spec = RequestSpec {
            project_id: project_id.into(),
            flavor: Flavor::new("1", "m1.tiny", 512, 1, 1),
            image: ImageMeta::default(),
            num_instances: 1,
            availability_zone: None,
        };
        let nothing = FilterProperties::default();
        AggregateMultiTenancyIsolation.host_passes(host, &Request::new(&spec, &nothing)).passes()
    };
    ["p1", "p2", "p10"].into_iter().filter(|project| passes(project)).collect()
}

#[test]
fn a_host_is_kept_for_the_projects_that_its_aggregate_names() {
    for (note, whose) in [("p1", vec!["p1"]), ("p1,p2", vec!["p1", "p2"]), ("p3", vec![])] {
        let rule_text = format!("filter_tenant_id = `{note}` keeps the host for those projects");
        rule(&rule_text, whose, let_in(&host(&[note])));
    }
}

#[test]
fn a_host_that_nobody_has_reserved_is_for_everybody() {
    let everybody = ["p1", "p2", "p10"];
    rule("a host in no aggregate is for everybody", everybody.to_vec(), let_in(&host(&[])));
    let got = let_in(&host(&["", ""]));
    rule("so is one whose aggregates do not have the note", everybody.to_vec(), got);
}

#[test]
fn a_name_counts_as_a_whole_and_without_blanks() {
    rule("`p1` does not stand in `p10`", vec!["p10"], let_in(&host(&["p10"])));
    rule("`p2, p10 ` are p2 and p10", vec!["p2", "p10"], let_in(&host(&["p2, p10 "])));
}

#[test]
fn each_aggregate_adds_its_projects() {
    for notes in [["p1", "", "p2"], ["p2", "p1", ""], ["", "p1,p2", "p2"]] {
        let got = let_in(&host(&notes));
        rule(&format!("aggregates for {notes:?} keep a host for both"), vec!["p1", "p2"], got);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_the_host_is_kept_for_the_other_project() {
    let mut conf = Conf::default();
    conf.installed.scheduler_filters.push(ENTRY_POINT);
    // Asked first, it is the first to be named.
    conf.scheduler.scheduler_default_filters.insert(0, ENTRY_POINT.name.into());
    let house = House::start(conf).await;

    // The largest host is for another project than the administrator's own.
    let other = "00000000000000000000000000000002";
    let document = json!({ "aggregate": { "name": "dedicated" } });
    let made = house.post("/os-aggregates", &document).await;
    let actions = format!("/os-aggregates/{}/action", made.json()["aggregate"]["id"]);
    for action in [
        json!({ "set_metadata": { "metadata": { "filter_tenant_id": other } } }),
        json!({ "add_host": { "host": "host-2" } }),
    ] {
        let done = house.post(&actions, &action).await;
        assert_eq!(done.status, 200, "{}", done.body);
    }

    let ours = house.boot("ours").await;
    let theirs = house.boot_as(&format!("ann:{other}"), "theirs").await;
    let flow = house.flow(&ours.request_id).await;
    house.stop().await;
    rule("a project that the note does not name goes elsewhere", "host-3", ours.host());
    rule("the project that it names gets the host", "host-2", theirs.host());
    rule_that(
        "the flow says who failed the host",
        flow.contains("AggregateMultiTenancyIsolation fails 1"),
        flow,
    );
}
