//! Who may log in, and may be what in which project (`keystone/identity`, `keystone/resource`,
//! `keystone/assignment`).

use super::{Credentials, identities_file::read};
use nova_objects::Secret;
use nova_paste::{PasteError, Source};
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
    pub(super) password: Secret,
    pub(super) grants: Vec<Grant>,
}

/// A user's role in a project.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) role: String,
    pub(super) project_id: String,
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
        read(Source::read(path)?)
    }

    /// Those in `text`, which errors will call `name`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(name: &str, text: &str) -> Result<Self, PasteError> {
        read(Source::new(name, text))
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

fn role(name: &str) -> Named {
    Named { id: id_of("role", name), name: name.to_owned() }
}

/// A user or a project that says of itself only what it is called.
pub(super) fn owned(kind: &str, name: &str) -> Owned {
    Owned { id: id_of(kind, name), name: name.to_owned(), domain: domain() }
}

/// 32 hexadecimal digits, as Keystone's ids are, and the same at every start.
fn id_of(kind: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{kind}:{name}"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
