//! Somebody works through the exercises.

use crate::workshop::Workshop;
use std::fs;

const ANSWER: &str = "exercises/01_numbers/01_twice/src/lib.rs";

#[test]
fn from_a_broken_rule_over_a_hint_to_the_next_exercise() {
    let workshop = Workshop::new();
    let next = workshop.run(&[]);
    assert!(next.ok && next.out.contains("Write `double`."), "{next:?}");
    assert!(next.out.contains("cargo workshop check 1.1"), "{next:?}");

    let broken = workshop.run(&["check"]);
    assert!(!broken.ok, "{broken:?}");
    assert!(broken.out.contains("BROKEN  two are four\n"), "{}", broken.out);
    assert!(broken.out.contains("          rule      twice two\n          expected  4\n"));
    assert!(broken.out.contains("two is asked"), "{}", broken.out);
    assert!(broken.out.contains("kept    nothing stays nothing"), "{}", broken.out);
    assert!(broken.out.contains("1 of 3 rules is broken."), "{}", broken.out);
    assert!(!broken.out.contains("backtrace"), "{}", broken.out);

    let hints = [workshop.run(&["hint"]).out, workshop.run(&["hint"]).out];
    assert!(hints[0].contains("What is twice?") && !hints[0].contains("product"), "{hints:?}");
    assert!(hints[1].contains("What is twice?") && hints[1].contains("product"), "{hints:?}");

    let refused = workshop.run(&["solution", "1.1"]);
    assert!(!refused.ok && refused.err.contains("1.1 is not done"), "{refused:?}");
    let peeked = workshop.run(&["solution", "1.1", "--peek"]);
    assert!(peeked.out.contains("saturating_mul") && !peeked.out.contains("STARTER"), "{peeked:?}");

    workshop.change(ANSWER, "    n\n", "    n.saturating_add(n)\n");
    let done = workshop.run(&["check", "twice"]);
    assert!(done.ok && done.out.contains("1.1 is done."), "{done:?}");
    assert!(done.out.contains("Next: 1.2"), "{}", done.out);
    let diff = workshop.run(&["diff", "1.1"]).out;
    assert!(diff.contains("-    n.saturating_add(n)\n+    n.saturating_mul(2)\n"), "{diff}");
    assert!(workshop.run(&["list"]).out.contains("1 of 2 done; all of them take 0 h 20 min."));
}

#[test]
fn what_does_not_compile_is_told_by_rustc() {
    let workshop = Workshop::new();
    workshop.change(ANSWER, "    n\n", "    n.saturating_mul(2)\n");
    assert!(workshop.run(&["check", "1.1"]).ok);
    workshop.change(ANSWER, "    n.saturating_mul(2)\n", "    n +\n");
    let broken = workshop.run(&["check", "1.1"]);
    assert!(!broken.ok && broken.out.contains("It does not compile yet."), "{broken:?}");
    assert!(!workshop.run(&["list"]).out.contains("  done"), "not any more");
    assert!(broken.err.contains("src/lib.rs:6:1"), "{}", broken.err);
}

#[test]
fn nothing_that_was_written_is_lost() {
    let workshop = Workshop::new();
    workshop.change(ANSWER, "    n\n", "    n + n // mine\n");
    let caught_up = workshop.run(&["catch-up", "1.2"]);
    assert!(caught_up.ok && caught_up.out.contains("What you had written is in"), "{caught_up:?}");
    assert!(workshop.read(ANSWER).contains("saturating_mul"));
    assert!(workshop.read("exercises/.kept/01_numbers/01_twice.1.rs").contains("// mine"));
    assert!(workshop.run(&["next"]).out.starts_with("1.2 "), "the next is where the others are");
    assert!(workshop.run(&["catch-up", "1.1"]).out.contains("nothing to catch up with"));

    workshop.change(ANSWER, "saturating_mul(2)", "saturating_mul(1 + 1)");
    let reset = workshop.run(&["reset", "1.1"]);
    assert!(reset.ok && reset.out.contains("01_twice.2.rs"), "{reset:?}");
    assert!(workshop.read("exercises/.kept/01_numbers/01_twice.2.rs").contains("1 + 1"));
    assert!(workshop.read(ANSWER).contains("    n\n"));
    assert!(workshop.run(&["next"]).out.starts_with("1.1 "), "and is to be done again");
}

#[test]
fn what_is_no_text_is_kept_too() {
    let workshop = Workshop::new();
    fs::write(workshop.path(ANSWER), b"// \xff").unwrap();
    assert!(workshop.run(&["reset", "1.1"]).ok);
    let kept = fs::read(workshop.path("exercises/.kept/01_numbers/01_twice.1.rs")).unwrap();
    assert_eq!(kept, b"// \xff");
}

#[test]
fn whoever_reads_may_have_had_enough() {
    let workshop = Workshop::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ended = workshop.runner(&["next"]).stdout(writer).output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let workshop = Workshop::new();
    let said = workshop.run(&["check", "7.1"]);
    assert!(!said.ok && said.err.contains("no exercise \"7.1\"; there are 1.1, 1.2"), "{said:?}");
}

#[test]
fn an_answer_that_dies_is_no_answer() {
    let workshop = Workshop::new();
    workshop.change(ANSWER, "    n\n", "    if n > 2 { std::process::abort() } else { n }\n");
    let said = workshop.run(&["check", "1.1"]);
    assert!(!said.ok && said.err.contains("did not come to their end"), "{said:?}");
}
