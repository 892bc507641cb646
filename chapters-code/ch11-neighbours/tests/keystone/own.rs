//! What everybody may ask about himself.

use crate::house::{HOST, House, UNAUTHORIZED};
use serde_json::json;

#[tokio::test]
async fn everybody_sees_the_projects_in_which_he_has_a_role() {
    let house = House::new();
    for (user, projects) in [
        ("root", &["admin", "demo"][..]),
        ("alice", &["demo"]),
        ("nova", &["service"]),
        ("nobody", &[]),
    ] {
        for token in [house.token(user).await, house.scoped(user, json!("unscoped")).await] {
            let answer = house.with(&token, "GET /v3/auth/projects").await;
            assert_eq!(answer.names("projects"), projects, "{user}");
            let own = format!("{HOST}/v3/auth/projects");
            let links = json!({ "self": own, "next": null, "previous": null });
            assert_eq!(answer.body["links"], links);
            for project in answer.body["projects"].as_array().unwrap() {
                let id = project["id"].as_str().unwrap();
                assert_eq!(project["links"]["self"], format!("{HOST}/v3/projects/{id}"));
            }
        }
    }
}

#[tokio::test]
async fn by_a_users_id_he_and_an_administrator_see_the_same() {
    let house = House::new();
    let line = "GET /v3/users/a11ce/projects";
    for caller in ["alice", "root"] {
        let answer = house.with(&house.token(caller).await, line).await;
        assert_eq!(answer.names("projects"), ["demo"], "{caller}");
        assert_eq!(answer.body["links"]["self"], format!("{HOST}/v3/users/a11ce/projects"));
    }
    for caller in ["bob", "nova", "nobody"] {
        let answer = house.with(&house.token(caller).await, line).await;
        let message = "You are not authorized to perform the requested action: \
                       identity:list_user_projects.";
        assert_eq!(answer.refusal(), (403, message), "{caller}");
    }
    for (caller, status) in [("alice", 403), ("root", 404)] {
        let answer = house.with(&house.token(caller).await, "GET /v3/users/nope/projects").await;
        assert_eq!(answer.refusal().0, status, "{caller}");
    }
}

#[tokio::test]
async fn who_is_in_no_project_is_shown_no_catalog() {
    let house = House::new();
    let line = "GET /v3/auth/catalog";
    for user in ["root", "alice", "nova"] {
        let answer = house.with(&house.token(user).await, line).await;
        assert_eq!(answer.names("catalog"), ["keystone", "nova"], "{user}");
        let nowhere = house.scoped(user, json!("unscoped")).await;
        let answer = house.with(&nowhere, line).await;
        let message = "You are not authorized to perform the requested action: \
                       identity:get_auth_catalog.";
        assert_eq!(answer.refusal(), (403, message), "{user}");
    }
}

#[tokio::test]
async fn nobody_sees_anything_without_a_token() {
    let house = House::new();
    for path in ["auth/catalog", "auth/projects", "users/a11ce/projects"] {
        let answer = house.ask(&format!("GET /v3/{path}"), &[], "").await;
        assert_eq!(answer.refusal(), (401, UNAUTHORIZED), "{path}");
    }
}
