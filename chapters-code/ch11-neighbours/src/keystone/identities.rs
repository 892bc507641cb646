//! Who may log in, and may be what in which project (`keystone/identity`, `keystone/resource`,
//! `keystone/assignment`).

use super::Credentials;
use nova_objects::Secret;
use nova_paste::{
    Ini, PasteError, Source,
    ini::{Section, Setting},
};
use nova_pipeline::authtoken::identity::{Named, Owned};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Users and projects, all of one domain, as a file lists them.
///
/// ```ini
/// [project:demo]
///
/// [user:demo]
/// password = demo-secret
/// roles = member on demo
/// ```
#[derive(Clone, Debug)]
pub struct Identities {
    /// The projects, in the order of the file.
    pub projects: Vec<Owned>,
    /// The users, likewise.
    pub users: Vec<User>,
}

/// Somebody who may log in.
#[derive(Clone, Debug)]
pub struct User {
    /// Who that is.
    pub identity: Owned,
    password: Secret,
    grants: Vec<Grant>,
}

/// A user's role in a project.
#[derive(Clone, Debug)]
struct Grant {
    role: String,
    project_id: String,
}

/// The users and projects that are built in.
const BUILT_IN: &str = include_str!("../../etc/identities.ini");

/// The role whose bearer may do everything.
pub(super) const ADMIN: &str = "admin";

/// The one domain there is.
pub(super) fn domain() -> Named {
    Named { id: "default".into(), name: "Default".into() }
}

impl Identities {
    /// Those that are built in: everybody knows their passwords.
    ///
    /// # Errors
    ///
    /// The file that is built in is bad, which a test would have found.
    pub fn built_in() -> Result<Self, PasteError> {
        Self::parse("identities.ini", BUILT_IN)
    }

    /// Those in the file at `path`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or says what cannot be: with the line, and what would be right.
    pub fn read(path: &str) -> Result<Self, PasteError> {
        Self::of(Source::read(path)?)
    }

    /// Those in `text`, which errors will call `name`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(name: &str, text: &str) -> Result<Self, PasteError> {
        Self::of(Source::new(name, text))
    }

    fn of(source: Source) -> Result<Self, PasteError> {
        let ini = Ini::parse(source)?;
        let wrong = |section: &Section| {
            let problem = "a section is [project:NAME] or [user:NAME]";
            Err(PasteError::value_error(problem).at(ini.header(section)))
        };
        // Nobody shares a setting with others.
        if ini.defaults().line > 0 {
            return wrong(ini.defaults());
        }
        let mut identities = Self { projects: Vec::new(), users: Vec::new() };
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
            let user = identities.user(&ini, section, name)?;
            distinct("user", identities.users.iter().map(|user| &user.identity), &user.identity)
                .map_err(|error| error.at(ini.header(section)))?;
            identities.users.push(user);
        }
        Ok(identities)
    }

    /// Could somebody log in with these credentials?
    pub fn know(&self, credentials: &Credentials) -> bool {
        let is = |thing: &Owned, name: &str, domain: &str| {
            thing.name == name && thing.domain.name == domain
        };
        let Credentials { username, user_domain_name, .. } = credentials;
        let Credentials { project_name, project_domain_name, .. } = credentials;
        let mut users = self.users.iter();
        let user = users.find(|user| is(&user.identity, username, user_domain_name));
        let mut projects = self.projects.iter();
        let project = projects.find(|project| is(project, project_name, project_domain_name));
        user.zip(project).is_some_and(|(user, project)| {
            let password = credentials.password.expose();
            user.has_password(password) && !user.roles_on(&project.id).is_empty()
        })
    }

    /// The first user who is an administrator somewhere, and could log in there.
    pub fn administrator(&self) -> Option<Credentials> {
        let mut grants =
            self.users.iter().flat_map(|user| user.grants.iter().map(move |grant| (user, grant)));
        let (user, grant) = grants.find(|(_, grant)| grant.role == ADMIN)?;
        let project = self.projects.iter().find(|project| project.id == grant.project_id)?;
        Some(Credentials {
            username: user.identity.name.clone(),
            password: user.password.clone(),
            project_name: project.name.clone(),
            user_domain_name: domain().name,
            project_domain_name: domain().name,
        })
    }

    fn user(&self, ini: &Ini, section: &Section, name: &str) -> Result<User, PasteError> {
        let (mut password, mut grants) = (None, Vec::new());
        let mut identity = owned("user", name);
        for setting in &section.settings {
            match setting.key.as_str() {
                "id" => identity.id = id(ini, setting)?,
                "password" => password = Some(Secret::from(setting.value.as_str())),
                "roles" => grants = self.grants(ini, setting)?,
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
    fn grants(&self, ini: &Ini, setting: &Setting) -> Result<Vec<Grant>, PasteError> {
        let grant = |text: &str| {
            let wrong = |problem: String| {
                PasteError::value_error(problem).at(ini.part(setting, text.trim()))
            };
            let Some((role, project)) = text.trim().split_once(" on ") else {
                return Err(wrong("a role is to be written `ROLE on PROJECT`".into()));
            };
            let project = project.trim();
            let known = self.projects.iter().find(|known| known.name == project);
            let known = known.ok_or_else(|| wrong(format!("there is no [project:{project}]")))?;
            Ok(Grant { role: role.trim().to_owned(), project_id: known.id.clone() })
        };
        let texts = setting.value.split([',', '\n']).filter(|text| !text.trim().is_empty());
        texts.map(grant).collect()
    }

    /// All roles that somebody has somewhere.
    pub(super) fn roles(&self) -> Vec<Named> {
        let grants = self.users.iter().flat_map(|user| &user.grants);
        let names: BTreeSet<&str> = grants.map(|grant| grant.role.as_str()).collect();
        names.into_iter().map(role).collect()
    }
}

impl User {
    /// Is that the password? How long the answer takes tells nothing of it.
    pub(super) fn has_password(&self, password: &str) -> bool {
        Sha256::digest(password) == Sha256::digest(self.password.expose())
    }

    /// What the user may be in a project.
    pub(super) fn roles_on(&self, project_id: &str) -> Vec<Named> {
        let grants = self.grants.iter().filter(|grant| grant.project_id == project_id);
        grants.map(|grant| role(&grant.role)).collect()
    }
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

fn role(name: &str) -> Named {
    Named { id: id_of("role", name), name: name.to_owned() }
}

fn owned(kind: &str, name: &str) -> Owned {
    Owned { id: id_of(kind, name), name: name.to_owned(), domain: domain() }
}

/// 32 hexadecimal digits, as Keystone's ids are, and the same at every start.
fn id_of(kind: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{kind}:{name}"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
