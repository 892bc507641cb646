//! The file that says who may log in.

use nova_neighbours::keystone::{Credentials, Identities};
use nova_objects::Secret;
use std::fs;

fn parse(text: &str) -> Identities {
    Identities::parse("test.ini", text).unwrap()
}

fn credentials(username: &str, password: &str, project_name: &str) -> Credentials {
    Credentials {
        username: username.into(),
        password: Secret::from(password),
        project_name: project_name.into(),
        user_domain_name: "Default".into(),
        project_domain_name: "Default".into(),
    }
}

/// Each of these texts is refused with this message, which points to this line and column.
fn are_mistakes(cases: &[(&str, &str, &str)]) {
    for (text, message, place) in cases {
        let error = Identities::parse("test.ini", text).unwrap_err().to_string();
        assert!(error.contains(message), "{text}\n{error}");
        assert!(error.contains(&format!(" --> test.ini:{place}\n")), "{text}\n{error}");
    }
}

#[test]
fn a_section_that_says_nothing_here_is_pointed_at() {
    let section = "a section is [project:NAME] or [user:NAME]";
    are_mistakes(&[
        ("[users]", section, "1:1"),
        ("[user]", section, "1:1"),
        ("[project:]", section, "1:1"),
        ("\n[user: ]", section, "2:1"),
        ("[domain:Default]", section, "1:1"),
        ("[Project:p]", section, "1:1"),
        ("[project:p]\n\n[DEFAULT]\npassword = x", section, "3:1"),
        ("id = x", "no section has begun yet", "1:1"),
    ]);
}

#[test]
fn a_key_that_says_nothing_here_is_pointed_at() {
    let keys = "says nothing here; id, password and roles would";
    are_mistakes(&[
        ("[project:p]\nname = x", "`name` says nothing here; id would", "2:1"),
        ("[user:u]\npasword = x", keys, "2:1"),
        ("[user:u]\npassword = x\n\nPassword = x", keys, "4:1"),
        ("[project:p]\nnonsense", "nonsense", "2:1"),
        ("[project:p]\n[user:u]", "the user u has no password", "2:1"),
        ("[user:u]\npassword =\n", "the user u has no password", "1:1"),
    ]);
}

#[test]
fn a_role_is_on_a_project_that_there_is() {
    let form = "a role is to be written `ROLE on PROJECT`";
    let user = |roles: &str| format!("[project:p]\n[user:u]\npassword = x\nroles = {roles}\n");
    are_mistakes(&[
        (&user("admin"), form, "4:9"),
        (&user("on p"), form, "4:9"),
        (&user("a on p, b at p"), form, "4:17"),
        (&user("a on p,\n  b on"), form, "5:3"),
        (&user("a on p, b on q"), "there is no [project:q]", "4:17"),
        (&user("a on P"), "there is no [project:P]", "4:9"),
    ]);
}

#[test]
fn nobody_is_there_twice() {
    let id = "an id is made of letters, digits, `-` and `_`";
    let user = "[user:u]\npassword = x\nid = 1\n";
    are_mistakes(&[
        ("[project:p]\n[project:p]", "project:p", "2:1"),
        ("[project:p]\n[project: p]", "[project:p] is there already", "2:1"),
        (&format!("{user}\n[user:u]"), "user:u", "5:1"),
        (&format!("{user}[user:v]\npassword = x\nid = 1"), "the id 1 is that of [user:u]", "4:1"),
        ("[project:p]\nid = 1\n[project:q]\nid = 1", "the id 1 is that of [project:p]", "3:1"),
        (&format!("{user}id = 2"), "id", "4:1"),
        ("[project:p]\nid =", id, "2:1"),
        ("[project:p]\nid = a/b", id, "2:6"),
        ("[project:p]\nid = ü", id, "2:6"),
        ("[project:p]\nid = a\n  b", id, "2:1"),
    ]);
}

#[test]
fn a_file_that_is_not_there_or_no_text_is_a_message_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identities.ini").display().to_string();
    let message = || Identities::read(&path).unwrap_err().to_string();
    let error = message();
    assert!(error.contains(&path) && error.contains("No such file"), "{error}");
    fs::write(&path, b"[project:\xff]").unwrap();
    let error = message();
    assert!(error.contains(&path) && error.contains("byte"), "{error}");
    fs::write(&path, "[project:p]\n[users]").unwrap();
    let error = message();
    assert!(error.contains(&format!(" --> {path}:2:1\n")), "{error}");
    fs::write(&path, "[project:p]").unwrap();
    assert_eq!(Identities::read(&path).unwrap().projects[0].name, "p");
}

#[test]
fn the_file_that_is_built_in_is_good() {
    let identities = Identities::built_in().unwrap();
    let projects: Vec<_> = identities.projects.iter().map(|it| &*it.name).collect();
    assert_eq!(projects, ["admin", "demo", "service"]);
    for (user, project) in [("admin", "admin"), ("demo", "demo"), ("nova", "service")] {
        let password = format!("{user}-secret");
        assert!(identities.know(&credentials(user, &password, project)), "{user}");
    }
    let administrator = identities.administrator().unwrap();
    assert_eq!(administrator, credentials("admin", "admin-secret", "admin"));
    assert!(identities.know(&administrator));
}

#[test]
fn who_could_log_in_is_known() {
    let identities = parse(
        "[user:early]\npassword = x\nroles = a on p, b on p\n\
         [project:p]\n[project:q]\n\
         [user:late]\npassword = p: 5 = 6 ; # 50 %\nroles =\n  a on p\n  , b on q\n\
         [user:nowhere]\npassword = x\nroles = ,\n",
    );
    for (user, password, project, known) in [
        ("early", "x", "p", true),
        ("early", "x", "q", false),
        ("early", "X", "p", false),
        ("early", "", "p", false),
        ("early", "x", "", false),
        ("late", "p: 5 = 6 ; # 50 %", "p", true),
        ("late", "p: 5 = 6 ; # 50 %", "q", true),
        ("nowhere", "x", "p", false),
        ("Early", "x", "p", false),
        ("", "", "", false),
    ] {
        let found = identities.know(&credentials(user, password, project));
        assert_eq!(found, known, "{user} {password} {project}");
    }
    let (user_domain_name, early) = ("Elsewhere".to_owned(), credentials("early", "x", "p"));
    assert!(!identities.know(&Credentials { user_domain_name, ..early.clone() }));
    assert!(!identities.know(&Credentials { project_domain_name: "default".into(), ..early }));
}

#[test]
fn the_first_who_may_do_everything_is_the_administrator() {
    let projects = "[project:p]\n[project:q]\n";
    let user = |name: &str, roles: &str| {
        format!("[user:{name}]\npassword = {name}{name}\nroles = {roles}\n")
    };
    for (users, administrator) in [
        (String::new(), None),
        (user("a", "member on p, Admin on p"), None),
        (user("a", "member on p") + &user("b", "admin on q"), Some(("b", "bb", "q"))),
        (
            user("a", "x on p, admin on q, admin on p") + &user("b", "admin on p"),
            Some(("a", "aa", "q")),
        ),
    ] {
        let identities = parse(&format!("{projects}{users}"));
        let expected = administrator.map(|(user, password, on)| credentials(user, password, on));
        assert_eq!(identities.administrator(), expected, "{users}");
    }
}

#[test]
fn an_id_stays_the_same() {
    let text = "[project:p]\n[project:u]\n[project:q]\nid = c0ffee\n[user:u]\npassword = x\n\
                roles = a on q\n[user:v]\npassword = x\nid = c0ffee\n";
    let (first, second) = (parse(text), parse(&format!("# Another file.\n\n{text}\n[project:r]")));
    assert_eq!(first.projects, second.projects[..3]);
    let users = |it: &Identities| it.users.iter().map(|it| it.identity.clone()).collect::<Vec<_>>();
    assert_eq!(users(&first), users(&second));
    let made = [&first.projects[0].id, &first.projects[1].id, &users(&first)[0].id.clone()];
    for id in made {
        assert_eq!(id.len(), 32, "{id}");
        assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    }
    assert_ne!(made[1], made[2], "a user and a project may have the same name");
    assert_eq!((&*first.projects[2].id, &*users(&first)[1].id), ("c0ffee", "c0ffee"));
}

#[test]
fn nothing_that_is_printed_holds_a_password() {
    let identities = parse("[project:p]\n[user:u]\npassword = hunter2\nroles = admin on p");
    let administrator = identities.administrator().unwrap();
    assert_eq!(administrator.password.expose(), "hunter2");
    for printed in
        [format!("{identities:?}"), format!("{identities:#?}"), format!("{administrator:?}")]
    {
        assert!(!printed.contains("hunter2") && printed.contains("***"), "{printed}");
    }
}
