//! From the solution to the file that a participant is given.
//!
//! A solution says itself what of it is taken out, and what stands there at the beginning:
//!
//! ```text
//! // SOLUTION
//! Ok(host.free_ram_mb >= wanted)
//! // STARTER
//! // Ok(true)
//! // END
//! ```

/// What opens the part that is the solution only.
const SOLUTION: &str = "// SOLUTION";
/// What ends it, and opens the commented lines of the starter.
const STARTER: &str = "// STARTER";
/// What ends those.
const END: &str = "// END";

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Both,
    Solution,
    Starter,
}

/// The solution without marks.
///
/// # Errors
///
/// The marks are not in order: the line, and what was expected there.
pub fn solution(marked: &str) -> Result<String, String> {
    cut(marked, Part::Solution)
}

/// The starter.
///
/// # Errors
///
/// As [`solution`]; or a line of the starter is no comment.
pub fn starter(marked: &str) -> Result<String, String> {
    cut(marked, Part::Starter)
}

/// What belongs to both, and to `wanted`.
fn cut(marked: &str, wanted: Part) -> Result<String, String> {
    let (mut part, mut kept) = (Part::Both, String::new());
    for (number, line) in (1..).zip(marked.lines()) {
        let next = match (part, line.trim()) {
            (Part::Both, SOLUTION) => Part::Solution,
            (Part::Solution, STARTER) => Part::Starter,
            (Part::Starter, END) => Part::Both,
            (_, mark @ (SOLUTION | STARTER | END)) => {
                return Err(format!("line {number}: `{mark}` is not expected here"));
            }
            (_, text) if text.contains("ANCHOR") => part,
            (Part::Starter, _) => {
                let line = uncommented(line)
                    .ok_or_else(|| format!("line {number}: `// ` is expected in front"))?;
                if wanted == Part::Starter {
                    kept += &(line + "\n");
                }
                part
            }
            _ => {
                if part == Part::Both || part == wanted {
                    kept += &format!("{line}\n");
                }
                part
            }
        };
        part = next;
    }
    let open = (part != Part::Both).then(|| format!("`{END}` is missing at the end"));
    open.map_or(Ok(kept), Err)
}

/// The line without the `//` in front of its text.
fn uncommented(line: &str) -> Option<String> {
    let (indent, comment) = line.split_at(line.len() - line.trim_start().len());
    let text = comment.strip_prefix("//")?;
    let text = text.strip_prefix(' ').unwrap_or(text);
    Some(if text.is_empty() { String::new() } else { format!("{indent}{text}") })
}

#[cfg(test)]
mod tests {
    use super::{solution, starter};

    const MARKED: &str = "fn a() {\n    // SOLUTION\n    // ANCHOR: solution\n    work();\n    \
                          // ANCHOR_END: solution\n    // STARTER\n    // // So far nothing.\n    \
                          //\n    // idle();\n    // END\n}\n";

    #[test]
    fn two_texts_come_of_one() {
        assert_eq!(solution(MARKED).unwrap(), "fn a() {\n    work();\n}\n");
        let idle = "fn a() {\n    // So far nothing.\n\n    idle();\n}\n";
        assert_eq!(starter(MARKED).unwrap(), idle);
    }

    #[test]
    fn marks_that_are_not_in_order_are_told_with_their_line() {
        for (marked, problem) in [
            ("// STARTER\n", "line 1: `// STARTER` is not expected here"),
            ("// SOLUTION\n// END\n", "line 2: `// END` is not expected here"),
            ("// SOLUTION\n// STARTER\nidle();\n// END\n", "line 3: `// ` is expected in front"),
            ("// SOLUTION\n", "`// END` is missing at the end"),
        ] {
            assert_eq!(starter(marked).unwrap_err(), problem, "{marked}");
            assert_eq!(solution(marked).unwrap_err(), problem, "{marked}");
        }
    }
}
