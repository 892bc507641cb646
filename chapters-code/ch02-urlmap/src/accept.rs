//! The `Accept` header: which content type would the client like best?
//! (`nova.api.openstack.urlmap.Accept`)

use crate::{
    UrlMapError,
    header::{Options, parse_list_header, parse_options_header},
};

/// A parsed `Accept` header: masks such as `application/*`, each with its options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accept {
    content_types: Vec<(String, Options)>,
}

impl Accept {
    /// Reads the header's value.
    ///
    /// # Errors
    ///
    /// [`UrlMapError::NoContentType`] if an item has options but no content type.
    pub fn new(value: &str) -> Result<Self, UrlMapError> {
        let items = parse_list_header(value);
        let content_types = items.iter().map(|item| parse_options_header(item));
        Ok(Self { content_types: content_types.collect::<Result<_, _>>()? })
    }

    /// The supported type that the client likes best, with the options of the mask that chose it.
    ///
    /// The higher `q` wins, then the mask with fewer stars, then the type supported first. A
    /// `q` of 0 does not mean "never", and one that is no number takes its mask out.
    ///
    /// # Errors
    ///
    /// [`UrlMapError::QualityWithoutValue`] for a `q` that is nothing.
    pub fn best_match<'s>(
        &self,
        supported: &[&'s str],
    ) -> Result<(Option<&'s str>, Options), UrlMapError> {
        let nothing = Options::new();
        let mut best: (Option<&str>, &Options) = (None, &nothing);
        let (mut best_quality, mut best_mask) = (-1.0, "*/*");
        // ANCHOR: best
        for content_type in supported {
            for (mask, options) in &self.content_types {
                let Some(quality) = quality(options)? else { continue };
                let no_finer = stars(best_mask) <= stars(mask);
                if quality < best_quality || (quality == best_quality && no_finer) {
                    continue;
                }
                if match_mask(mask, content_type) {
                    best = (Some(content_type), options);
                    (best_quality, best_mask) = (quality, mask);
                }
            }
        }
        // ANCHOR_END: best
        Ok((best.0, best.1.clone()))
    }
}

/// The `q` of an item; none if it is no number.
fn quality(options: &Options) -> Result<Option<f64>, UrlMapError> {
    match options.get("q") {
        None => Ok(Some(1.0)),
        Some(Some(text)) => Ok(text.trim_ascii().parse().ok()),
        Some(None) => Err(UrlMapError::QualityWithoutValue),
    }
}

fn stars(mask: &str) -> usize {
    mask.matches('*').count()
}

/// Does `mask` (`*/*`, `application/*`, `application/json`) mean `content_type`?
fn match_mask(mask: &str, content_type: &str) -> bool {
    if mask == "*/*" || !mask.contains('*') {
        return mask == "*/*" || mask == content_type;
    }
    let mut major = mask.chars();
    major.nth_back(1);
    content_type.split('/').next() == Some(major.as_str())
}
