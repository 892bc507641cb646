//! The `openrc`: what a shell has to be told to use the cloud with the `openstack` client.

use crate::{Cloud, Error, wiring::REGION};
use nova_neighbours::keystone::Credentials;
use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::Path,
};

/// The first line, by which a file is known to be ours.
const MARK: &str = "# Written by `mini-nova all` at each start: source it in a shell.\n";

/// What the variables of another cloud would spoil.
const UNSET: &str = "unset OS_CLOUD OS_AUTH_TYPE OS_AUTH_URL OS_ENDPOINT OS_TOKEN OS_TRUST_ID \
                     OS_USERNAME OS_USER_ID OS_USER_DOMAIN_ID OS_PASSWORD OS_PROJECT_NAME \
                     OS_PROJECT_ID OS_PROJECT_DOMAIN_ID OS_TENANT_NAME OS_TENANT_ID OS_DOMAIN_ID \
                     OS_DOMAIN_NAME OS_SYSTEM_SCOPE OS_COMPUTE_API_VERSION \
                     OS_COMPUTE_ENDPOINT_OVERRIDE OS_IMAGE_ENDPOINT_OVERRIDE\n";

/// Writes the file, unless only the operator of another identity service knows what belongs into
/// it: then one of an earlier start is removed. Says whether there is one now.
///
/// # Errors
///
/// It cannot be written, or another file of that name is there.
pub(super) fn write(path: &Path, cloud: &Cloud) -> Result<bool, Error> {
    let wrong = |source| Error::Openrc { path: path.to_owned(), source };
    let variables = match (&cloud.neighbours().identity, cloud.administrator()) {
        (Some(identity), Some(administrator)) => with_password(identity, administrator),
        (None, _) => without_identity(cloud),
        (Some(_), None) => {
            if is_ours(path).map_err(wrong)? == Some(true) {
                fs::remove_file(path).map_err(wrong)?;
            }
            return Ok(false);
        }
    };
    let lines = variables.iter().map(|(name, value)| format!("export {name}={}\n", quoted(value)));
    save(path, &format!("{MARK}{UNSET}{}", lines.collect::<String>())).map_err(wrong)?;
    Ok(true)
}

fn with_password(identity: &str, administrator: &Credentials) -> Vec<(&'static str, String)> {
    let Credentials { username, password, project_name, user_domain_name, project_domain_name } =
        administrator.clone();
    vec![
        ("OS_AUTH_URL", identity.to_owned()),
        ("OS_USERNAME", username),
        ("OS_PASSWORD", password.expose().to_owned()),
        ("OS_PROJECT_NAME", project_name),
        ("OS_USER_DOMAIN_NAME", user_domain_name),
        ("OS_PROJECT_DOMAIN_NAME", project_domain_name),
        ("OS_REGION_NAME", REGION.to_owned()),
        ("OS_IDENTITY_API_VERSION", "3".to_owned()),
    ]
}

fn without_identity(cloud: &Cloud) -> Vec<(&'static str, String)> {
    vec![
        ("OS_AUTH_TYPE", "none".to_owned()),
        ("OS_ENDPOINT", cloud.compute_endpoint().to_owned()),
        ("OS_IMAGE_ENDPOINT_OVERRIDE", cloud.neighbours().image.clone()),
        ("OS_IDENTITY_API_VERSION", "3".to_owned()),
    ]
}

/// A word that a shell takes as it stands; in quotes, if it has to be.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/.:_-".contains(c);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Did we write the file, if there is one?
fn is_ours(path: &Path) -> io::Result<Option<bool>> {
    match fs::read(path) {
        Ok(old) => Ok(Some(old.starts_with(MARK.as_bytes()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file that only its owner may read, but never over a stranger's.
fn save(path: &Path, text: &str) -> io::Result<()> {
    if is_ours(path)? == Some(false) {
        let problem = "a file of that name is there, and mini-nova did not write it";
        return Err(io::Error::new(ErrorKind::AlreadyExists, problem));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
