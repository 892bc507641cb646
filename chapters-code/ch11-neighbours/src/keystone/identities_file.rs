//! The file of those who may log in, as it is read: `[project:NAME]` and `[user:NAME]`.

use super::identities::{Grant, Identities, User, owned};
use nova_objects::Secret;
use nova_paste::{
    Ini, PasteError, Source,
    ini::{Section, Setting},
};
use nova_pipeline::authtoken::identity::Owned;

/// The users and projects that `source` lists.
pub(super) fn read(source: Source) -> Result<Identities, PasteError> {
    let ini = Ini::parse(source)?;
    let wrong = |section: &Section| {
        let problem = "a section is [project:NAME] or [user:NAME]";
        Err(PasteError::value_error(problem).at(ini.header(section)))
    };
    // Nobody shares a setting with others.
    if ini.defaults().line > 0 {
        return wrong(ini.defaults());
    }
    let mut identities = Identities { projects: Vec::new(), users: Vec::new() };
    let mut users = Vec::new();
    for section in ini.sections() {
        match section.name.split_once(':').map(|(kind, name)| (kind, name.trim())) {
            Some(("project", name)) if !name.is_empty() => {
                let project = project(&ini, section, name)?;
                distinct("project", &identities.projects, &project)
                    .map_err(|error| error.at(ini.header(section)))?;
                identities.projects.push(project);
            }
            Some(("user", name)) if !name.is_empty() => users.push((section, name)),
            _ => return wrong(section),
        }
    }
    for (section, name) in users {
        let user = user(&identities, &ini, section, name)?;
        distinct("user", identities.users.iter().map(|user| &user.identity), &user.identity)
            .map_err(|error| error.at(ini.header(section)))?;
        identities.users.push(user);
    }
    Ok(identities)
}

fn project(ini: &Ini, section: &Section, name: &str) -> Result<Owned, PasteError> {
    let mut project = owned("project", name);
    for setting in &section.settings {
        match setting.key.as_str() {
            "id" => project.id = id(ini, setting)?,
            _ => return Err(unknown(ini, setting, "id")),
        }
    }
    Ok(project)
}

fn user(known: &Identities, ini: &Ini, section: &Section, name: &str) -> Result<User, PasteError> {
    let (mut password, mut grants) = (None, Vec::new());
    let mut identity = owned("user", name);
    for setting in &section.settings {
        match setting.key.as_str() {
            "id" => identity.id = id(ini, setting)?,
            "password" => password = Some(Secret::from(setting.value.as_str())),
            "roles" => grants = self::grants(known, ini, setting)?,
            _ => return Err(unknown(ini, setting, "id, password and roles")),
        }
    }
    let Some(password) = password.filter(|password| !password.expose().is_empty()) else {
        let problem = format!("the user {name} has no password");
        return Err(PasteError::value_error(problem).at(ini.header(section)));
    };
    Ok(User { identity, password, grants })
}

/// `member on demo, admin on admin`.
fn grants(identities: &Identities, ini: &Ini, setting: &Setting) -> Result<Vec<Grant>, PasteError> {
    let grant = |text: &str| {
        let wrong =
            |problem: String| PasteError::value_error(problem).at(ini.part(setting, text.trim()));
        let Some((role, project)) = text.trim().split_once(" on ") else {
            return Err(wrong("a role is to be written `ROLE on PROJECT`".into()));
        };
        let project = project.trim();
        let known = identities.projects.iter().find(|known| known.name == project);
        let known = known.ok_or_else(|| wrong(format!("there is no [project:{project}]")))?;
        Ok(Grant { role: role.trim().to_owned(), project_id: known.id.clone() })
    };
    let texts = setting.value.split([',', '\n']).filter(|text| !text.trim().is_empty());
    texts.map(grant).collect()
}

/// An id stands in URLs and in headers.
fn id(ini: &Ini, setting: &Setting) -> Result<String, PasteError> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !setting.value.is_empty() && setting.value.chars().all(good) {
        return Ok(setting.value.clone());
    }
    let problem = "an id is made of letters, digits, `-` and `_`";
    Err(PasteError::value_error(problem).at(ini.part(setting, &setting.value)))
}

/// Can `new` be told from all that are known?
fn distinct<'o>(
    kind: &str,
    known: impl IntoIterator<Item = &'o Owned>,
    new: &Owned,
) -> Result<(), PasteError> {
    for Owned { id, name, .. } in known {
        if *name == new.name {
            return Err(PasteError::value_error(format!("[{kind}:{name}] is there already")));
        }
        if *id == new.id {
            let problem = format!("the id {id} is that of [{kind}:{name}]");
            return Err(PasteError::value_error(problem));
        }
    }
    Ok(())
}

fn unknown(ini: &Ini, setting: &Setting, known: &str) -> PasteError {
    let problem = format!("`{}` says nothing here; {known} would", setting.key);
    PasteError::value_error(problem).at(ini.part(setting, &setting.key))
}
