//! Which of the installed extensions are wanted (`nova.conf`, `[osapi_v21]`).

use crate::extension::ExtensionError;
use nova_router::PROJECT_ID_REGEX;

/// The options of `[osapi_v21]`.
///
/// Nova had deprecated them when it came to see its extensions as parts of one API; Newton
/// removed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsapiV21 {
    /// Only these aliases; none at all means all.
    pub extensions_whitelist: Vec<String>,
    /// Not these.
    pub extensions_blacklist: Vec<String>,
    /// What the id of a project looks like in a URL.
    pub project_id_regex: String,
}

impl Default for OsapiV21 {
    fn default() -> Self {
        Self {
            extensions_whitelist: Vec::new(),
            extensions_blacklist: Vec::new(),
            project_id_regex: PROJECT_ID_REGEX.to_owned(),
        }
    }
}

impl OsapiV21 {
    /// Is the extension wanted?
    pub fn wants(&self, alias: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|name| name == alias);
        let whitelist = &self.extensions_whitelist;
        (whitelist.is_empty() || has(whitelist)) && !has(&self.extensions_blacklist)
    }

    /// Are all that are named among the `installed`?
    ///
    /// # Errors
    ///
    /// [`ExtensionError::Unknown`]: a name that is spelt wrong would do nothing, and nobody would
    /// notice.
    pub(crate) fn check(&self, installed: &[&'static str]) -> Result<(), ExtensionError> {
        let whitelist = ("extensions_whitelist", &self.extensions_whitelist);
        let blacklist = ("extensions_blacklist", &self.extensions_blacklist);
        for (option, names) in [whitelist, blacklist] {
            if let Some(alias) = names.iter().find(|name| !installed.contains(&name.as_str())) {
                let known = installed.join(", ");
                return Err(ExtensionError::Unknown { option, alias: alias.clone(), known });
            }
        }
        Ok(())
    }
}
