//! Did you mean ...?

/// Names longer than this are not compared.
const LONGEST: usize = 100;

/// Of more names than this, only the first are compared.
const MOST: usize = 1000;

/// Advice to take the known name that is most like `wanted`; `None` if none is like it.
pub(crate) fn did_you_mean<'n>(
    wanted: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    // Two modules of one package are alike in most of their letters; their last names need not be.
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let likeness = |name: &str| {
        let last = strsim::normalized_damerau_levenshtein(&last(wanted), &last(name));
        strsim::normalized_damerau_levenshtein(wanted, name).min(last)
    };
    let short = known.into_iter().take(MOST).filter(|name| name.len() <= LONGEST);
    short
        .filter(|_| wanted.len() <= LONGEST)
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| format!("did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn the_nearest_name_is_meant() {
        let known = ["app_v1", "filter_v1", "app_v10"];
        assert_eq!(did_you_mean("app_v2", known).as_deref(), Some("did you mean app_v1?"));
        assert_eq!(did_you_mean("zzz", known), None);
        let modules = ["nova.api.openstack.auth", "nova.api.openstack.urlmap"];
        assert_eq!(did_you_mean("nova.api.openstack.requestlog", modules), None);
        let meant = did_you_mean("nova.api.openstack.urlmapp", modules);
        assert_eq!(meant.as_deref(), Some("did you mean nova.api.openstack.urlmap?"));
    }
}
