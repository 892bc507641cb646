//! The small language in which flavors say what a host must be
//! (`nova/scheduler/filters/extra_specs_ops.py`).
//!
//! | text | met by a value that |
//! |---|---|
//! | `x` | is this text |
//! | `= 5`, `>= 5` | is a number, and 5 or more (yes, `=` too) |
//! | `== 5`, `!= 5`, `<= 5` | is a number, and so compared |
//! | `s== x`, `s!= x`, `s< x`, `s<= x`, `s> x`, `s>= x` | is so compared as text |
//! | `<in> x` | has this text somewhere in it |
//! | `<all-in> x y` | has each of these in it |
//! | `<or> x <or> y` | is one of these |

/// Does `value`, which a host has, meet `req`, which a flavor wants?
///
/// A number that is none meets nothing; in Nova the request fails with Python's `ValueError`.
pub fn matches(value: &str, req: &str) -> bool {
    let words: Vec<&str> = req.split_whitespace().collect();
    let Some((&op, operands)) = words.split_first() else { return value == req };
    // Words behind the first are not read, as in Nova.
    let first = operands.first().copied();
    let numbers = || Some((value.parse::<f64>().ok()?, first?.parse::<f64>().ok()?));
    let compare = |holds: fn(f64, f64) -> bool| numbers().is_some_and(|(x, y)| holds(x, y));
    let compare_text = |holds: fn(&str, &str) -> bool| first.is_some_and(|y| holds(value, y));
    match op {
        "=" | ">=" => compare(|x, y| x >= y),
        "<=" => compare(|x, y| x <= y),
        "==" => compare(|x, y| x == y),
        "!=" => compare(|x, y| x != y),
        "s==" => compare_text(|x, y| x == y),
        "s!=" => compare_text(|x, y| x != y),
        "s<" => compare_text(|x, y| x < y),
        "s<=" => compare_text(|x, y| x <= y),
        "s>" => compare_text(|x, y| x > y),
        "s>=" => compare_text(|x, y| x >= y),
        "<in>" => compare_text(|x, y| x.contains(y)),
        "<all-in>" => !operands.is_empty() && operands.iter().all(|y| value.contains(y)),
        // v1 <or> v2 <or> v3: each second word is the operator again.
        "<or>" => operands.iter().step_by(2).any(|y| value == *y),
        _ => value == req,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    /// The table of Nova's own `test_extra_specs_ops.py`, and some more.
    #[test]
    fn a_value_meets_a_requirement_or_it_does_not() {
        let features = "['aes', 'mmx', 'aux']";
        for (value, req, meets) in [
            ("1", "1", true),
            ("", "1", false),
            ("3", "1", false),
            ("222", "2", false),
            ("4", "> 2", false),
            ("> 2", "> 2", true),
            ("123", "= 123", true),
            ("124", "= 123", true),
            ("34", "= 234", false),
            ("34", "=", false),
            ("123", "== 123.0", true),
            ("124", "!= 123", true),
            ("123", "!= 123", false),
            ("many", "!= 123", false),
            ("123", "s== 123", true),
            ("1234", "s== 123", false),
            ("1234", "s!= 123", true),
            ("123", "s!= 123", false),
            ("1000", "s>= 234", false),
            ("1234", "s<= 1000", false),
            ("2", "s< 12", false),
            ("12", "s> 2", false),
            ("12311321", "<in> 11", true),
            ("12311321", "<in> 12311321", true),
            ("12311321", "<in> 12311321 <in>", true),
            ("12310321", "<in> 11", false),
            ("12310321", "<in> 11 <in>", false),
            ("12", "<or> 11 <or> 12", true),
            ("12", "<or> 11 <or> 12 <or>", true),
            ("13", "<or> 11 <or> 12", false),
            ("13", "<or> 11 <or> 12 <or>", false),
            ("", "<or>", false),
            ("2", "<= 10", true),
            ("3", "<= 2", false),
            ("3", ">= 1", true),
            ("2", ">= 3", false),
            (features, "<all-in> aes mmx", true),
            (features, "<all-in> mmx", true),
            (features, "<all-in>  txt", false),
            (features, "<all-in> txt 3dnow", false),
            (features, "<all-in> txt aes", false),
            (features, "<all-in>", false),
        ] {
            assert_eq!(matches(value, req), meets, "{value:?} {req:?}");
        }
    }
}
