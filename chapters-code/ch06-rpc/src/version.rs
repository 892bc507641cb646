//! Which versions get on with each other (`oslo_messaging/_utils.py`).

/// Can one that implements `implemented` do what was `requested`? It can if the major number is
/// the same, and the rest is no newer. A version that is none gets on with nothing.
pub(crate) fn is_compatible(implemented: &str, requested: &str) -> bool {
    match (parts(implemented), parts(requested)) {
        (Some((major, have)), Some((wanted, want))) => major == wanted && want <= have,
        _ => false,
    }
}

/// The major number, and minor and revision.
fn parts(version: &str) -> Option<(u32, (u32, u32))> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    let (major, minor) = (numbers.next()??, numbers.next()??);
    let revision = numbers.next().unwrap_or(Some(0))?;
    Some((major, (minor, revision)))
}

#[cfg(test)]
mod tests {
    use super::is_compatible;

    #[test]
    fn a_newer_minor_version_does_what_an_older_one_did() {
        for (implemented, requested, compatible) in [
            ("1.5", "1.5", true),
            ("1.5", "1.0", true),
            ("1.5", "1.9", false),
            ("1.10", "1.9", true),
            ("2.0", "1.9", false),
            ("1.5", "1.5.1", false),
            ("1.5.1", "1.5", true),
            ("1.5", "", false),
            ("1.5", "one", false),
            ("1.5", "1", false),
            ("1.5", "1.-1", false),
        ] {
            assert_eq!(
                is_compatible(implemented, requested),
                compatible,
                "{implemented} {requested}"
            );
        }
    }
}
