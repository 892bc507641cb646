//! Who may do what, with rules of yours.

use mini_nova::Conf;
use serde_json::{Map, Value};
use std::io::Write;
use tempfile::NamedTempFile;

/// The policy file of mini-nova as a text, with `rules` added to it, or in place of those there.
///
/// # Panics
///
/// That file is no object of rules.
pub fn policy_with(rules: &[(&str, &str)]) -> String {
    let mut all: Map<String, Value> =
        serde_json::from_str(mini_nova::POLICY).expect("an object of rules");
    all.extend(rules.iter().map(|(name, rule)| ((*name).to_owned(), (*rule).into())));
    format!("{:#}", Value::Object(all))
}

/// Gives the cloud of `conf` these rules besides its own. They last as long as the file that is
/// given back.
///
/// # Panics
///
/// There is no room for a file.
pub fn ruled(conf: &mut Conf, rules: &[(&str, &str)]) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a place for a file");
    file.write_all(policy_with(rules).as_bytes()).expect("room for a file");
    conf.policy_file = Some(file.path().display().to_string());
    file
}
