//! Who may do what, asked of files.

use nova_extensions::{Policy, PolicyNotAuthorized, Target};
use nova_objects::{NovaException, RequestContext};
use serde_json::json;
use std::fs;

fn target(project_id: &str, user_id: &str) -> Target {
    Target { project_id: Some(project_id.into()), user_id: Some(user_id.into()) }
}

fn alice() -> RequestContext {
    let roles = vec!["Member".to_owned(), "auditor".to_owned()];
    let user_name = Some("alice".to_owned());
    RequestContext { roles, user_name, ..RequestContext::new("u-1", "p-1") }
}

/// Why a file is refused; nothing, if it is not.
fn refused(text: &str) -> String {
    let error = Policy::parse("policy.json", text).err();
    error.map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn an_expression_holds_or_not() {
    for (expression, expected) in [
        ("", true),
        ("@", true),
        ("!", false),
        ("rule:yes", true),
        ("role:member", true),
        ("role:AUDITOR", true),
        ("role:admin", false),
        ("is_admin:True", false),
        ("is_admin:False", true),
        ("is_admin:false", true),
        ("project_id:%(project_id)s", true),
        ("tenant:%(project_id)s", true),
        ("user_id:%(user_id)s", true),
        ("user:%(user_id)s", true),
        ("user_id:%(project_id)s", false),
        ("user_name:alice", true),
        ("user_name:bob", false),
        // Nobody said so.
        ("project_name:p-1", false),
        ("quota_class:%(quota_class)s", false),
        ("user_id:%(flavor_id)s", false),
        ("not !", true),
        ("not not @", true),
        ("@ and !", false),
        ("@ OR !", true),
        ("@ or @ and !", true),
        ("(@ or @) and !", false),
        ("! and ! or @", true),
        ("! and (! or @)", false),
        ("not @ or @", true),
        ("not (@ or @)", false),
        ("((role:admin)) or ( is_admin:True or (project_id:%(project_id)s) )", true),
        ("! or ! or role:x or rule:yes", true),
        ("@ and @ and role:member and !", false),
    ] {
        let rules = json!({ "yes": "@", "x": expression });
        let policy = Policy::parse("x", &rules.to_string()).unwrap();
        let own = target("p-1", "u-1");
        assert_eq!(policy.check(&alice(), "x", &own), expected, "{expression}");
    }
}

#[test]
fn what_is_not_there_is_nobodys() {
    let rules = json!({ "project": "project_id:%(project_id)s", "user": "user_id:%(user_id)s" });
    let policy = Policy::parse("x", &rules.to_string()).unwrap();
    let nobody = RequestContext { is_admin: true, ..RequestContext::default() };
    for (context, target) in [
        (&alice(), &Target::default()),
        (&nobody, &Target::of(&nobody)),
        (&nobody, &target("p-1", "u-1")),
        (&alice(), &target("p-2", "u-2")),
    ] {
        assert!(!policy.check(context, "project", target), "{target:?}");
        assert!(!policy.check(context, "user", target), "{target:?}");
    }
}

#[test]
fn a_rule_that_is_not_there_is_as_good_as_default() {
    let ask = |rules: serde_json::Value| {
        let policy = Policy::parse("x", &rules.to_string()).unwrap();
        assert!(!policy.has("os_compute_api:servers:sing"));
        policy.check(&alice(), "os_compute_api:servers:sing", &Target::default())
    };
    assert!(ask(json!({ "default": "role:member" })));
    assert!(!ask(json!({ "default": "!" })));
    assert!(!ask(json!({ "other": "@" })));
}

#[test]
fn the_rules_built_in_are_novas() {
    let policy = Policy::built_in().unwrap();
    let (member, admin) = (alice(), alice().elevated());
    let (own, other) = (Target::of(&member), target("p-2", "u-2"));
    for (rule, to_own, to_others) in [
        ("servers:show", true, false),
        ("servers:index:get_all_tenants", false, false),
        ("servers:create:forced_host", false, false),
        ("os-flavor-access", true, false),
        ("os-flavor-access:add_tenant_access", false, false),
        ("os-flavor-manage", false, false),
        ("os-keypairs:show", true, false),
        ("os-quota-sets:defaults", true, true),
        ("os-quota-sets:update", false, false),
        ("os-lock-server:unlock:unlock_override", false, false),
        ("os-hide-server-addresses", true, true),
        ("versions:discoverable", true, true),
    ] {
        let rule = format!("os_compute_api:{rule}");
        assert!(policy.has(&rule), "{rule}");
        assert_eq!(policy.check(&member, &rule, &own), to_own, "{rule}");
        assert_eq!(policy.check(&member, &rule, &other), to_others, "{rule}");
        let hides = rule.ends_with("addresses");
        assert_eq!(policy.check(&admin, &rule, &other), !hides, "{rule}");
    }
    assert!(Policy::default().has("os_compute_api:servers:show"));
}

#[test]
fn a_refusal_names_the_rule() {
    let (policy, context) = (Policy::default(), alice());
    let rule = "os_compute_api:os-hypervisors";
    let error = policy.authorize(&context, rule, &Target::of(&context)).unwrap_err();
    assert_eq!(error, PolicyNotAuthorized { rule: rule.into() });
    let told = "Policy doesn't allow os_compute_api:os-hypervisors to be performed.";
    assert_eq!(error.to_string(), told);
    assert_eq!((error.code(), &*error.class()), (403, "PolicyNotAuthorized"));
    assert_eq!(json!(error.kwargs()), json!({ "action": rule, "code": 403 }));
    assert!(policy.authorize(&context.elevated(), rule, &Target::default()).is_ok());
}

#[test]
fn an_expression_that_cannot_be_is_told_with_its_place() {
    for (expression, told) in [
        (" ", "it ends where a check should be"),
        ("@ or", "it ends where a check should be"),
        ("or @", "`or` stands where a check should be"),
        ("@ and and @", "`and` stands where a check should be"),
        ("()", "`)` stands where a check should be"),
        ("(@", "a `(` is not closed"),
        ("@)", "a `)` closes nothing"),
        ("@ !", "`and` or `or` is missing before `!`"),
        ("admin", "`admin` is no check"),
        ("role:", "`` is not the name of a role"),
        ("role:%(role)s", "`%(role)s` is not the name of a role"),
        ("is_admin:maybe", "is_admin is True or False, not `maybe`"),
        ("projekt_id:%(project_id)s", "there is no `projekt_id` to check"),
        ("'x':%(user_id)s", "there is no `'x'` to check"),
        ("http://example.org/", "there is no `http` to check"),
        ("user_id:%(user_id)", "`%(user_id` is neither %(KEY)s nor a plain text"),
        ("user_id:x%(user_id)s", "`x%(user_id)s` is neither %(KEY)s nor a plain text"),
        ("rule:b", "there is no rule `b`"),
    ] {
        let said = refused(&format!("{{\n  \"a\": {}\n}}", json!(expression)));
        assert!(said.contains(&format!("policy rule a: {told}")), "{expression}: {said}");
        assert!(said.contains("policy.json:2:"), "{said}");
    }
}

#[test]
fn a_file_that_cannot_be_is_told_with_its_place() {
    for (text, line, told) in [
        ("", 1, "EOF while parsing a value"),
        ("[]", 1, "expected an object of rules, each a text"),
        ("{\n\"a\": \"@\",\n}", 3, "trailing comma"),
        ("{\n\"a\": [[\"role:admin\"]]}", 2, "invalid type: sequence, expected a string"),
        ("{\"a\": \"!\",\n\"a\": \"@\"}", 2, "policy rule a is there already"),
        ("{\"a\":\n\"rule:b\"}", 1, "policy rule a: there is no rule `b`"),
        ("{\"a\": \"@\",\n\"b\": \"! or rule:b\"}", 2, "policy rule b: it leads into a circle"),
        (
            "{\"a\": \"rule:b\",\n\"b\": \"not rule:c\", \"c\": \"rule:b\"}",
            1,
            "policy rule a: it leads into a circle of rules: b → c → b",
        ),
    ] {
        let said = refused(text);
        assert!(said.contains(told) && said.contains(&format!("policy.json:{line}:")), "{said}");
    }
}

#[test]
fn no_file_makes_an_answer_deep_or_long() {
    let chain = |length: u32, expression: fn(u32) -> String| {
        let rules = (0..length).map(|n| (n.to_string(), json!(expression(n + 1))));
        json!(serde_json::Map::from_iter(rules.chain([(length.to_string(), json!("@"))])))
    };
    let once = |next| format!("rule:{next}");
    let twice = |next| format!("rule:{next} or rule:{next}");
    let wide = vec!["!"; 2000].join(" or ");
    for (rules, told) in [
        (json!({ "x": format!("{}@{}", "(".repeat(17), ")".repeat(17)) }), "more than 16 deep"),
        (json!({ "x": "(".repeat(100_000) }), "more than 16 deep"),
        (json!({ "x": "not ".repeat(100_000) }), "more than 16 deep"),
        (chain(16, once), "more than 16 deep"),
        (chain(20_000, once), "more than 16 deep"),
        (chain(12, twice), "more than 1000 checks"),
        (json!({ "x": wide }), "more than 1000 checks"),
    ] {
        let said = refused(&rules.to_string());
        let end: String = said.chars().take(200).collect();
        assert!(said.contains(told), "{end}");
    }
    let deep = format!("{}@{}", "(".repeat(16), ")".repeat(16));
    for rules in [json!({ "x": deep }), chain(15, once), chain(7, twice)] {
        assert!(Policy::parse("x", &rules.to_string()).is_ok(), "{rules}");
    }
}

#[test]
fn a_file_is_read_from_its_path() {
    let path = std::env::temp_dir().join(format!("policy-{}.json", std::process::id()));
    let shown = path.to_str().unwrap();
    assert!(Policy::read(shown).unwrap_err().to_string().contains(shown));
    fs::write(&path, r#"{ "default": "!" }"#).unwrap();
    let policy = Policy::read(shown).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(!policy.check(&RequestContext::admin(), "servers", &Target::default()));
}
