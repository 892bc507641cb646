//! `%(name)s` in values (`configparser.BasicInterpolation`).

use crate::{Problem, trail::Trail};

/// How deep a value may refer to values that refer to values (`MAX_INTERPOLATION_DEPTH`).
const MAX_DEPTH: usize = 10;

/// Replaces the references in the values of one section.
pub(crate) struct Interpolation<'t, L> {
    lookup: L,
    trail: &'t Trail,
}

impl<'t, 'v, L: Fn(&str) -> Option<&'v str>> Interpolation<'t, L> {
    /// References are to what `lookup` knows; `trail` knows how long values may grow.
    pub(crate) fn new(lookup: L, trail: &'t Trail) -> Self {
        Self { lookup, trail }
    }

    /// `value` with `%(name)s` replaced by the value of `name`, and `%%` by `%`.
    ///
    /// # Errors
    ///
    /// A `%` is followed by something else, a name is unknown, or there is no end to it.
    pub(crate) fn expand(&self, value: &str) -> Result<String, Problem> {
        let mut expanded = String::new();
        self.expand_into(&mut expanded, value, 1)?;
        Ok(expanded)
    }

    fn expand_into(&self, out: &mut String, value: &str, depth: usize) -> Result<(), Problem> {
        if depth > MAX_DEPTH && value.contains('%') {
            return Err(Problem::InterpolationDepth);
        }
        let mut rest = value;
        while let Some((text, reference)) = rest.split_once('%') {
            self.push(out, text)?;
            rest = if let Some(after) = reference.strip_prefix('%') {
                self.push(out, "%")?;
                after
            } else {
                let (name, after) = split_reference(reference)?;
                let value = (self.lookup)(name).ok_or_else(|| missing(name))?;
                self.expand_into(out, value, depth + 1)?;
                after
            };
        }
        self.push(out, rest)
    }

    fn push(&self, out: &mut String, text: &str) -> Result<(), Problem> {
        self.trail.count_text(text)?;
        out.push_str(text);
        Ok(())
    }
}

/// Splits what follows a `%` into the name in `(name)s` and the rest.
fn split_reference(reference: &str) -> Result<(&str, &str), Problem> {
    let syntax = || Problem::InterpolationSyntax { found: format!("%{reference}") };
    let (name, after) =
        reference.strip_prefix('(').and_then(|rest| rest.split_once(')')).ok_or_else(syntax)?;
    let after = after.strip_prefix('s').filter(|_| !name.is_empty()).ok_or_else(syntax)?;
    Ok((name, after))
}

fn missing(name: &str) -> Problem {
    Problem::InterpolationMissingOption { name: name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::Interpolation;
    use crate::{Problem, trail::Trail};

    fn expand(value: &str) -> Result<String, Problem> {
        let known = |name: &str| match name {
            "here" => Some("/etc"),
            "file" => Some("%(here)s/nova"),
            "loop" => Some("%(loop)s"),
            "nothing" => Some(""),
            "a" => Some("%(b)s%(b)s%(b)s%(b)s%(b)s%(b)s%(b)s%(b)s%(b)s%(b)s"),
            "b" => Some("%(c)s%(c)s%(c)s%(c)s%(c)s%(c)s%(c)s%(c)s%(c)s%(c)s"),
            "c" => Some("%(d)s%(d)s%(d)s%(d)s%(d)s%(d)s%(d)s%(d)s%(d)s%(d)s"),
            "d" => Some("%(e)s%(e)s%(e)s%(e)s%(e)s%(e)s%(e)s%(e)s%(e)s%(e)s"),
            "e" => Some("%(f)s%(f)s%(f)s%(f)s%(f)s%(f)s%(f)s%(f)s%(f)s%(f)s"),
            "f" => Some("%(g)s%(g)s%(g)s%(g)s%(g)s%(g)s%(g)s%(g)s%(g)s%(g)s"),
            "g" => Some("%(nothing)s%(nothing)s%(nothing)s%(nothing)s%(nothing)s"),
            _ => None,
        };
        Interpolation::new(known, &Trail::default()).expand(value)
    }

    #[test]
    fn references_are_replaced_and_two_percents_are_one() {
        assert_eq!(expand("%(file)s.conf at 100%%").as_deref(), Ok("/etc/nova.conf at 100%"));
    }

    #[test]
    fn a_percent_that_means_nothing_is_an_error() {
        for value in ["100%", "100% sure", "%(here)d", "%(here", "%(here)", "%()s"] {
            let problem = expand(value).unwrap_err();
            assert!(matches!(problem, Problem::InterpolationSyntax { .. }), "{value}");
        }
        let missing = Problem::InterpolationMissingOption { name: "nope".into() };
        assert_eq!(expand("%(nope)s"), Err(missing));
    }

    #[test]
    fn there_is_an_end_even_to_values_without_one() {
        assert_eq!(expand("%(loop)s"), Err(Problem::InterpolationDepth));
        assert_eq!(expand("%(a)s"), Err(Problem::TooLong));
    }
}
