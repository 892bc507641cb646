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
const UNSET: &str = "unset OS_CLOUD OS_AUTH_TYPE OS_AUTH_URL OS_ENDPOINT OS_TOKEN OS_USERNAME \
                     OS_USER_ID OS_PASSWORD OS_PROJECT_NAME OS_PROJECT_ID OS_TENANT_NAME \
                     OS_SYSTEM_SCOPE OS_IMAGE_ENDPOINT_OVERRIDE\n";

/// Writes the file, unless only the operator of another identity service knows what belongs into
/// it. Says whether there is one now.
///
/// # Errors
///
/// It cannot be written, or another file of that name is there.
pub(super) fn write(path: &Path, cloud: &Cloud) -> Result<bool, Error> {
    let variables = match cloud.administrator() {
        Some(administrator) => with_password(cloud, administrator),
        None if cloud.neighbours().identity.is_empty() => without_identity(cloud),
        None => return Ok(false),
    };
    let lines = variables.iter().map(|(name, value)| format!("export {name}={}\n", quoted(value)));
    let text = format!("{MARK}{UNSET}{}", lines.collect::<String>());
    save(path, &text).map_err(|source| Error::Openrc { path: path.to_owned(), source })?;
    Ok(true)
}

fn with_password(cloud: &Cloud, administrator: &Credentials) -> Vec<(&'static str, String)> {
    let Credentials { username, password, project_name, user_domain_name, project_domain_name } =
        administrator.clone();
    vec![
        ("OS_AUTH_URL", cloud.neighbours().identity.clone()),
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

/// A word that a shell takes as it stands.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Writes a file that only its owner may read, but never over a stranger's.
fn save(path: &Path, text: &str) -> io::Result<()> {
    match fs::read_to_string(path) {
        Ok(old) if !old.starts_with(MARK) => {
            let problem = "a file of that name is there, and mini-nova did not write it";
            return Err(io::Error::new(ErrorKind::AlreadyExists, problem));
        }
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
