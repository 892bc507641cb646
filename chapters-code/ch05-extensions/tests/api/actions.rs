//! The table of what is allowed when, line by line.

use crate::house::{House, IMAGE, image, plugs};
use nova_extensions::{
    API, QuotaOptions,
    compute_api::{Action, Precondition, RebuildRequest, ResizeRequest},
};
use nova_objects::{
    DateTime, Flavor, Instance, Migration, NovaObject, RequestContext, TaskState, Tracked, VmState,
};
use serde_json::{Value, json};

const VM_STATES: [VmState; 12] = [
    VmState::Building,
    VmState::Active,
    VmState::Paused,
    VmState::Suspended,
    VmState::Stopped,
    VmState::Rescued,
    VmState::Resized,
    VmState::SoftDelete,
    VmState::Deleted,
    VmState::Error,
    VmState::Shelved,
    VmState::ShelvedOffloaded,
];

const TASK_STATES: [Option<TaskState>; 13] = [
    None,
    Some(TaskState::Spawning),
    Some(TaskState::ImageUploading),
    Some(TaskState::ResizePrep),
    Some(TaskState::Rebooting),
    Some(TaskState::RebootPending),
    Some(TaskState::RebootStarted),
    Some(TaskState::RebootingHard),
    Some(TaskState::Pausing),
    Some(TaskState::PoweringOff),
    Some(TaskState::Rebuilding),
    Some(TaskState::Deleting),
    Some(TaskState::Restoring),
];

/// What asks for an action, the status if it is allowed, and the message that then goes out.
struct Asked {
    line: Precondition,
    body: Value,
    status: u16,
    to: &'static str,
    method: &'static str,
}

/// All that a user can ask for by `POST .../action`, and that is in the table.
fn all() -> Vec<Asked> {
    let null = |name: &str| json!({ name: null });
    let reboot = |kind: &str| json!({ "reboot": { "type": kind } });
    let rows = [
        (Action::Start, null("os-start"), 202, "start_instance"),
        (Action::Stop, null("os-stop"), 202, "stop_instance"),
        (Action::SoftReboot, reboot("Soft"), 202, "reboot_instance"),
        (Action::HardReboot, reboot("HARD"), 202, "reboot_instance"),
        (Action::Pause, null("pause"), 202, "pause_instance"),
        (Action::Unpause, null("unpause"), 202, "unpause_instance"),
        (Action::Suspend, null("suspend"), 202, "suspend_instance"),
        (Action::Resume, null("resume"), 202, "resume_instance"),
        (Action::Rebuild, json!({ "rebuild": { "imageRef": IMAGE } }), 202, "rebuild_instance"),
        (Action::Resize, json!({ "resize": { "flavorRef": "2" } }), 202, "prep_resize"),
        (Action::ConfirmResize, null("confirmResize"), 204, "confirm_resize"),
        (Action::RevertResize, null("revertResize"), 202, "revert_resize"),
        (Action::CreateImage, json!({ "createImage": { "name": "a" } }), 202, "snapshot_instance"),
        (Action::ForceDelete, null("forceDelete"), 202, "terminate_instance"),
        (Action::Restore, null("restore"), 202, "restore_instance"),
        (Action::GetConsoleOutput, json!({ "os-getConsoleOutput": {} }), 200, "get_console_output"),
        (
            Action::GetVncConsole,
            json!({ "os-getVNCConsole": { "type": "novnc" } }),
            200,
            "get_vnc_console",
        ),
    ];
    let to = |action| match action {
        Action::Resize => "scheduler",
        Action::ConfirmResize => "compute.host-0",
        _ => "compute.host-1",
    };
    let asked = rows.into_iter().map(|(action, body, status, method)| {
        let line = action.precondition();
        Asked { line, body, status, to: to(action), method }
    });
    asked.collect()
}

/// A house in which a project may have as many servers as it likes.
async fn without_quota() -> House {
    let quota = QuotaOptions {
        quota_instances: -1,
        quota_cores: -1,
        quota_ram: -1,
        ..QuotaOptions::default()
    };
    House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await
}

/// A server in a state, that was moved from `host-0` to `host-1`.
async fn server(
    house: &House,
    vm_state: VmState,
    task_state: Option<TaskState>,
) -> Tracked<Instance> {
    let instance = house.server("web", |i| (i.vm_state, i.task_state) = (vm_state, task_state));
    let instance = instance.await;
    let [_, small, ..] = Flavor::defaults();
    let mut migration = Migration::new(&instance, &small, "host-1", "node-1");
    (migration.source_compute, migration.status) = ("host-0".into(), "finished".into());
    migration.create(&*house.store, &RequestContext::admin()).await.unwrap();
    instance
}

fn allows_vm(line: &Precondition, vm_state: VmState) -> bool {
    line.vm_states.is_none_or(|allowed| allowed.contains(&vm_state))
}

fn allows_task(line: &Precondition, task: Option<TaskState>) -> bool {
    line.task_states.is_none_or(|allowed| allowed.contains(&task))
}

fn vm_states_of(line: &Precondition) -> impl Iterator<Item = VmState> {
    VM_STATES.into_iter().filter(|state| allows_vm(line, *state))
}

#[tokio::test]
async fn in_every_state_that_the_table_allows_an_action_begins_and_is_told() {
    let house = without_quota().await;
    house.compute_service(0).await;
    for Asked { line, body, status, to, method } in all() {
        for vm_state in vm_states_of(&line) {
            for task in TASK_STATES.into_iter().filter(|task| allows_task(&line, *task)) {
                let instance = server(&house, vm_state, task).await;
                let answer = house.act("alice", &instance, body.clone()).await;
                let case = format!("{} in {vm_state} {task:?}: {}", line.name, answer.body);
                assert_eq!(answer.status.as_u16(), status, "{case}");
                let row = house.row(&instance).await;
                assert_eq!(row.task_state, line.begins.or(task), "{case}");
                let [sent] = &house.sockets.sent()[..] else { panic!("{case}") };
                assert_eq!((&*sent.to, sent.method), (to, method), "{case}");
                let travelling = &sent.args["instance"]["nova_object.data"];
                assert_eq!(travelling["uuid"], instance.uuid.as_str(), "{case}");
                assert_eq!(travelling["task_state"], json!(row.task_state), "{case}");
            }
        }
    }
}

/// Asks, and is told why not; nothing happens.
async fn refused(house: &House, instance: &Tracked<Instance>, asked: &Asked, message: &str) {
    let answer = house.act("alice", instance, asked.body.clone()).await;
    let message = message.replace("ID", &instance.uuid).replace("NAME", asked.line.name);
    assert_eq!(answer.fault(), (409, "conflictingRequest", &*message), "{}", asked.line.name);
    assert_eq!(house.row(instance).await, *instance, "nothing has changed");
    assert!(house.sockets.sent().is_empty() && house.actions().await.is_empty());
}

#[tokio::test]
async fn in_every_other_vm_state_it_is_refused() {
    let house = House::new().await;
    for asked in all() {
        for vm_state in VM_STATES.into_iter().filter(|state| !allows_vm(&asked.line, *state)) {
            let instance = server(&house, vm_state, None).await;
            let message = format!("Cannot 'NAME' instance ID while it is in vm_state {vm_state}");
            refused(&house, &instance, &asked, &message).await;
        }
    }
}

#[tokio::test]
async fn during_every_other_task_it_is_refused() {
    let house = House::new().await;
    for asked in all() {
        let vm_state = vm_states_of(&asked.line).next().unwrap();
        for task in TASK_STATES.into_iter().filter(|task| !allows_task(&asked.line, *task)) {
            let instance = server(&house, vm_state, task).await;
            let task = task.unwrap();
            let message = format!("Cannot 'NAME' instance ID while it is in task_state {task}");
            refused(&house, &instance, &asked, &message).await;
        }
    }
}

#[tokio::test]
async fn what_never_ran_or_has_no_host_cannot_be_told_anything() {
    let house = House::new().await;
    for asked in all() {
        let vm_state = vm_states_of(&asked.line).next().unwrap();
        for (launched, hosted, needed, message) in [
            (
                false,
                true,
                asked.line.must_have_launched,
                "Instance ID is in an invalid state for 'NAME'",
            ),
            (true, false, asked.line.check_instance_host, "Instance ID is not ready"),
        ] {
            let instance = house.server("web", |instance| {
                instance.vm_state = vm_state;
                instance.launched_at = launched.then(DateTime::now);
                instance.host = hosted.then(|| "host-1".into());
            });
            if needed {
                refused(&house, &instance.await, &asked, message).await;
            }
        }
    }
}

#[tokio::test]
async fn a_lock_keeps_out_all_but_administrators() {
    let house = without_quota().await;
    for asked in all() {
        let vm_state = vm_states_of(&asked.line).next().unwrap();
        for token in ["alice", "admin"] {
            let mut instance = server(&house, vm_state, None).await;
            instance.locked = true;
            instance.save(&*house.store, &RequestContext::admin()).await.unwrap();
            let answer = house.act(token, &instance, asked.body.clone()).await;
            if token == "admin" || !asked.line.check_instance_lock {
                assert_eq!(answer.status.as_u16(), asked.status, "{token} {}", answer.body);
                continue;
            }
            let message = format!("Instance {} is locked", instance.uuid);
            assert_eq!(answer.fault(), (409, "conflictingRequest", &*message));
            assert_eq!(house.row(&instance).await, instance, "nothing has changed");
        }
    }
    let locked = house.server("web", |instance| instance.locked = true).await;
    let answer = house.ask("alice", &format!("DELETE /v2.1/servers/{}", locked.uuid), None).await;
    assert_eq!(answer.fault().2, format!("Instance {} is locked", locked.uuid));
    assert_eq!(house.row(&locked).await, locked);
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_is_heard() {
    let house = without_quota().await;
    house.compute_service(0).await;
    // Who reboots hard interrupts whatever is going on, another hard reboot too.
    let begins =
        |asked: &Asked| asked.line.begins.is_some_and(|task| !allows_task(&asked.line, Some(task)));
    for asked in all().into_iter().filter(begins) {
        let vm_state = vm_states_of(&asked.line).next().unwrap();
        let instance = server(&house, vm_state, None).await;
        let act = || house.act("alice", &instance, asked.body.clone());
        let (a, b, c) = tokio::join!(act(), act(), act());
        let mut statuses = [a, b, c].map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [asked.status, 409, 409], "{}", asked.line.name);
        assert_eq!(house.sockets.sent().len(), 1, "{}", asked.line.name);
    }
}

#[tokio::test]
async fn who_has_read_the_server_before_it_changed_comes_too_late() {
    let house = House::new().await;
    let api = API::new(&plugs(&house.store, &house.sockets)).unwrap();
    let (context, stale) = (RequestContext::admin(), house.server("web", |_| ()).await);
    api.pause(&context, stale.clone()).await.unwrap();
    let rebuild = RebuildRequest { image_ref: IMAGE.into(), ..RebuildRequest::default() };
    let resize = ResizeRequest { flavor_ref: "2".into(), auto_disk_config: None };
    for (name, late) in [
        ("stop", api.stop(&context, stale.clone()).await),
        ("reboot", api.reboot(&context, stale.clone(), true).await),
        ("suspend", api.suspend(&context, stale.clone()).await),
        ("rebuild", api.rebuild(&context, stale.clone(), rebuild).await),
        ("resize", api.resize(&context, stale.clone(), resize).await),
        ("forceDelete", api.force_delete(&context, stale.clone()).await),
    ] {
        let message =
            format!("Cannot '{name}' instance {} while it is in task_state pausing", stale.uuid);
        assert_eq!(late.unwrap_err().to_string(), message);
    }
    assert_eq!(house.actions().await, ["pause"]);
    assert_eq!(house.sockets.sent().len(), 1);
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_refused_and_does_nothing() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    for (token, body, message) in [
        ("alice", json!({ "reboot": null }), "None is not of type 'object'"),
        ("alice", json!({ "reboot": {} }), "'type' is a required property"),
        ("alice", json!({ "reboot": { "type": "sOfT" } }), "'sOfT' is not one of"),
        ("alice", json!({ "rebuild": {} }), "'imageRef' is a required property"),
        ("alice", json!({ "rebuild": { "imageRef": "" } }), "Invalid imageRef provided."),
        ("alice", json!({ "rebuild": { "imageRef": "cirros" } }), "Invalid imageRef provided."),
        (
            "alice",
            json!({ "rebuild": { "imageRef": IMAGE, "accessIPv4": "a" } }),
            "'a' is not a 'ipv4'",
        ),
        (
            "alice",
            json!({ "rebuild": { "imageRef": IMAGE, "description": "b" } }),
            "'description' was unexpected",
        ),
        ("alice", json!({ "resize": {} }), "'flavorRef' is a required property"),
        ("alice", json!({ "resize": { "flavorRef": "" } }), "'' is too short"),
        ("alice", json!({ "createImage": {} }), "'name' is a required property"),
        ("alice", json!({ "createImage": { "name": " " } }), "An invalid 'name' value"),
        (
            "alice",
            json!({ "createImage": { "name": "a", "metadata": { "b": 1 } } }),
            "1 is not of type",
        ),
        ("admin", json!({ "os-resetState": { "state": "paused" } }), "'paused' is not one of"),
        ("admin", json!({ "os-resetState": null }), "None is not of type 'object'"),
        ("alice", json!({ "os-getConsoleOutput": { "length": -2 } }), "less than the minimum"),
        ("alice", json!({ "os-getConsoleOutput": { "length": "x" } }), "'x' does not match"),
        ("alice", json!({ "os-getConsoleOutput": { "length": 1.5 } }), "1.5 is not of type"),
        ("alice", json!({ "os-getVNCConsole": { "type": "vt100" } }), "'vt100' is not one of"),
        ("alice", json!({ "os-getVNCConsole": {} }), "'type' is a required property"),
    ] {
        let answer = house.act(token, &instance, body.clone()).await;
        let (code, name, said) = answer.fault();
        assert_eq!((code, name), (400, "badRequest"), "{body} {said}");
        assert!(said.contains(message), "{body}: {said}");
    }
    assert_eq!(house.row(&instance).await, instance, "nothing has changed");
    assert!(house.sockets.sent().is_empty() && house.actions().await.is_empty());
}

#[tokio::test]
async fn only_an_administrator_says_what_state_a_server_is_in() {
    let house = House::new().await;
    let reset = |state: &str| json!({ "os-resetState": { "state": state } });
    for (state, vm_state) in [("active", VmState::Active), ("error", VmState::Error)] {
        let instance = server(&house, VmState::Building, Some(TaskState::Spawning)).await;
        let refused = house.act("alice", &instance, reset(state)).await;
        let message =
            "Policy doesn't allow os_compute_api:os-admin-actions:reset_state to be performed.";
        assert_eq!(refused.fault(), (403, "forbidden", message));
        assert_eq!(house.row(&instance).await, instance, "nothing has changed");
        assert_eq!(house.act("admin", &instance, reset(state)).await.status, 202);
        let row = house.row(&instance).await;
        assert_eq!((row.vm_state, row.task_state), (vm_state, None));
    }
    assert!(house.sockets.sent().is_empty());
}
