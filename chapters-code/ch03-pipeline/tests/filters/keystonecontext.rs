//! From headers to a context.

use crate::{environ, get, remembering, text};
use nova_objects::Secret;
use nova_paste::{Application, Environ};
use nova_pipeline::{context, keystonecontext::NovaKeystoneContext};
use serde_json::Value;

#[tokio::test]
async fn a_context_is_made_of_the_headers() {
    let (app, seen) = remembering();
    let options = context::Options { use_forwarded_for: true };
    let filter = NovaKeystoneContext::new(app, options);
    let catalog = r#"[{"type": "compute"}, {"type": "volumev2"}, {"type": "key-manager"}, 1]"#;
    let mut request = get(&[
        ("x-user-id", "u"),
        ("x-user", "the user"),
        ("x-user-name", "the user"),
        ("x-tenant-id", "p"),
        ("x-tenant", "the project"),
        ("x-tenant-name", "the project"),
        ("x-roles", "member, reader"),
        ("x-auth-token", "secret"),
        ("x-service-catalog", catalog),
        ("x-forwarded-for", "192.0.2.7"),
    ])
    .unwrap();
    Environ::of_mut(&mut request).request_id = Some("req-1".into());
    filter.call(request).await.unwrap();
    let context = environ(&seen).context.unwrap();
    assert_eq!(context.user_id.as_deref(), Some("u"));
    assert_eq!(context.user_name.as_deref(), Some("the user"));
    assert_eq!(context.project_id.as_deref(), Some("p"));
    assert_eq!(context.project_name.as_deref(), Some("the project"));
    assert_eq!(context.roles, ["member", "reader"]);
    assert_eq!(context.remote_address.as_deref(), Some("192.0.2.7"));
    assert_eq!(context.request_id, "req-1");
    assert_eq!(context.auth_token, Some(Secret::from("secret")));
    let kept: Vec<&Value> =
        context.service_catalog.iter().map(|service| &service["type"]).collect();
    assert_eq!(kept, ["volumev2", "key-manager"], "what Nova itself will ask for");
    assert!(!format!("{context:?}").contains("secret"));
}

#[tokio::test]
async fn who_has_the_admin_role_is_the_administrator() {
    for (roles, is_admin) in
        [("admin", true), ("member, Admin", true), ("administrator", false), ("", false)]
    {
        let (app, seen) = remembering();
        let filter = NovaKeystoneContext::new(app, context::Options::default());
        let request = get(&[("x-user", "u"), ("x-tenant", "p"), ("x-roles", roles)]).unwrap();
        filter.call(request).await.unwrap();
        let context = environ(&seen).context.unwrap();
        assert_eq!(context.is_admin, is_admin, "{roles:?}");
        assert_eq!(context.user_id.as_deref(), Some("u"), "an older name will do");
    }
}

#[tokio::test]
async fn headers_that_cannot_be_are_refused() {
    let (app, _) = remembering();
    let filter = NovaKeystoneContext::new(app, context::Options::default());
    let refused = filter.call(get(&[]).unwrap()).await.unwrap();
    assert_eq!(refused.status(), 401, "nobody");
    let raised = filter.call(get(&[("x-user-id", "u")]).unwrap()).await.unwrap_err();
    assert_eq!(raised.to_string(), "KeyError: 'X_TENANT'", "a token for no project");
    for catalog in ["{", "{}", "1"] {
        let sent = [("x-user-id", "u"), ("x-tenant-id", "p"), ("x-service-catalog", catalog)];
        let refused = filter.call(get(&sent).unwrap()).await.unwrap();
        assert_eq!(refused.status(), 500, "{catalog}");
        assert!(text(refused).await.unwrap().contains("Invalid service catalog json."));
    }
}
