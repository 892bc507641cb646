//! The `openrc`: what a shell has to be told to use the cloud with the `openstack` client.

use crate::{Cloud, Error, wiring::REGION};
use nova_neighbours::keystone::Credentials;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::Path,
};

/// The first line, by which a file is known to be ours.
const MARK: &str = "# Written by `mini-nova all` at each start: source it in a shell.\n";

const STRANGER: &str = "a file of that name is there, and mini-nova did not write it";

/// What the variables of another cloud would spoil.
const UNSET: &str = "unset OS_CLOUD OS_AUTH_TYPE OS_AUTH_URL OS_ENDPOINT OS_TOKEN OS_TRUST_ID \
                     OS_USERNAME OS_USER_ID OS_USER_DOMAIN_ID OS_PASSWORD OS_PROJECT_NAME \
                     OS_PROJECT_ID OS_PROJECT_DOMAIN_ID OS_TENANT_NAME OS_TENANT_ID OS_DOMAIN_ID \
                     OS_DOMAIN_NAME OS_SYSTEM_SCOPE OS_COMPUTE_API_VERSION \
                     OS_COMPUTE_ENDPOINT_OVERRIDE OS_IMAGE_ENDPOINT_OVERRIDE\n";

/// Can the file be written? Asked before anything is started.
///
/// # Errors
///
/// Another file of that name is there, or something that is no file.
pub(super) fn check(path: &Path) -> Result<(), Error> {
    let problem = match is_ours(path) {
        Ok(Some(false)) => io::Error::new(ErrorKind::AlreadyExists, STRANGER),
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    Err(Error::Openrc { path: path.to_owned(), source: problem })
}

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

/// Did we write the file, if there is one? An empty one is nobody's.
fn is_ours(path: &Path) -> io::Result<Option<bool>> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(io::Error::other("that is no file")),
        Ok(found) if found.len() == 0 => Ok(Some(true)),
        Ok(_) => {
            let mut start = Vec::new();
            File::open(path)?.take(MARK.len() as u64).read_to_end(&mut start)?;
            Ok(Some(start == MARK.as_bytes()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file that only its owner may read, but never over a stranger's. It is written beside
/// its place and then put there, so that nobody reads half of it, or more than its owner an old
/// one that everybody could read.
fn save(path: &Path, text: &str) -> io::Result<()> {
    if is_ours(path)? == Some(false) {
        return Err(io::Error::new(ErrorKind::AlreadyExists, STRANGER));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&beside)?.write_all(text.as_bytes())?;
    fs::rename(&beside, path)
}
