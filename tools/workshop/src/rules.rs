//! What libtest printed about the rules.

/// What one rule said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The test's name: `an_answer_has_the_header`.
    pub rule: String,
    /// Is it kept?
    pub kept: bool,
    /// What was printed on the way: a flow, for example.
    pub printed: String,
    /// Why it is broken; and whatever else panicked on the way.
    pub panics: Vec<Panic>,
}

/// A panic, as Rust prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// `tests/exercise.rs:56:5`
    pub place: String,
    /// Its message.
    pub message: String,
}

impl Outcome {
    /// All that `said` tells; nothing if it is not told to its end.
    pub fn all(said: &str) -> Option<Vec<Self>> {
        said.lines().find(|line| line.starts_with("test result: "))?;
        let mut outcomes: Vec<_> = said.lines().filter_map(Self::of_line).collect();
        let mut of: Option<usize> = None;
        let mut printed = vec![String::new(); outcomes.len()];
        for line in said.lines() {
            let named =
                line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"));
            if let Some(rule) = named {
                of = outcomes.iter().position(|outcome| outcome.rule == rule);
            } else if ["successes:", "failures:"].contains(&line) || line.starts_with("test result")
            {
                of = None;
            } else if let Some(of) = of {
                printed[of] += &format!("{line}\n");
            }
        }
        for (outcome, printed) in outcomes.iter_mut().zip(printed) {
            (outcome.printed, outcome.panics) = without_panics(&printed);
        }
        Some(outcomes)
    }

    /// `test an_answer_has_the_header ... ok`
    fn of_line(line: &str) -> Option<Self> {
        let (name, ended) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
        let kept = match ended {
            "ok" => true,
            "FAILED" => false,
            _ => return None,
        };
        let rule = name.trim_end_matches(" - should panic").to_owned();
        Some(Self { rule, kept, printed: String::new(), panics: Vec::new() })
    }
}

/// What was printed, and what of it were panics.
fn without_panics(printed: &str) -> (String, Vec<Panic>) {
    let (mut rest, mut panics, mut open) = (String::new(), Vec::<Panic>::new(), false);
    for line in printed.lines() {
        if let Some(place) = panicked_at(line) {
            panics.push(Panic { place: place.to_owned(), message: String::new() });
            open = true;
        } else if line.starts_with("note: run with `RUST_BACKTRACE") {
            open = false;
        } else if let (true, Some(panic)) = (open, panics.last_mut()) {
            panic.message += &format!("{line}\n");
        } else {
            rest += &format!("{line}\n");
        }
    }
    for panic in &mut panics {
        panic.message = panic.message.trim_end().to_owned();
    }
    (rest.trim_matches('\n').to_owned(), panics)
}

/// `thread 'a_rule' (17) panicked at tests/exercise.rs:56:5:`
fn panicked_at(line: &str) -> Option<&str> {
    let (_, place) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    Some(place.trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Panic};

    const SAID: &str = "
running 3 tests
test it_counts ... FAILED
test it_ends ... ok
test it_waits ... ignored

successes:

---- it_ends stdout ----
 GET /servers   200


successes:
    it_ends

failures:

---- it_counts stdout ----
two, three

thread 'tokio-rt-worker' (8) panicked at src/lib.rs:4:9:
no number
thread 'it_counts' (7) panicked at tests/exercise.rs:56:5:
rule      it counts
expected  4
got       3
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    it_counts

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.32s
";

    #[test]
    fn what_was_printed_is_told_apart_from_why_it_failed() {
        let outcomes = Outcome::all(SAID).unwrap();
        let [counts, ends] = &outcomes[..] else { panic!("{outcomes:?}") };
        assert_eq!((counts.kept, counts.printed.as_str()), (false, "two, three"));
        let places: Vec<_> = counts.panics.iter().map(|panic| panic.place.as_str()).collect();
        assert_eq!(places, ["src/lib.rs:4:9", "tests/exercise.rs:56:5"]);
        assert_eq!(counts.panics[1].message, "rule      it counts\nexpected  4\ngot       3");
        assert_eq!((ends.kept, ends.printed.as_str()), (true, " GET /servers   200"));
        assert_eq!(ends.panics, Vec::<Panic>::new());
    }

    #[test]
    fn rules_that_did_not_come_to_their_end_say_nothing() {
        let died = SAID.split("failures:").next().unwrap();
        assert_eq!(Outcome::all(died), None);
    }
}
