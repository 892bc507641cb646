//! An author's mistakes, each of which has to be found.

use crate::workshop::Workshop;

const FOLDER: &str = "exercises/01_numbers/01_twice";

#[test]
fn exercises_that_are_right_are_all_right() {
    let workshop = Workshop::new();
    let said = workshop.run(&["verify"]);
    assert!(said.ok && said.out.ends_with("2 exercises, 0 problems\n"), "{said:?}");
    // What was built for the proof, last of all a wrong answer, is not what a participant has.
    let check = workshop.run(&["check", "1.1"]);
    assert!(check.out.contains("BROKEN  two are four"), "{check:?}");
}

#[test]
fn each_mistake_is_found() {
    let (card, solution) = (format!("{FOLDER}/exercise.toml"), format!("{FOLDER}/solution.rs"));
    let (starter, rules) = (format!("{FOLDER}/src/lib.rs"), format!("{FOLDER}/tests/exercise.rs"));
    let chapter = "book/src/ch01-numbers.md";
    for (file, from, to, problem) in [
        (&*starter, "    n\n", "    n + 0\n", "src/lib.rs is not its starter"),
        (&solution, "    // n\n", "    // \"n\"\n", "its starter does not compile"),
        (&solution, "    // n\n", "    // n * 2\n", "its starter breaks a_large_number"),
        (&solution, "mul(2)", "mul(3)", "its solution breaks two_are_four, and should break no"),
        (&solution, "n.saturating_mul(2)", "return n.saturating_mul(2)", "have lints"),
        (&solution, "n.saturating_mul(2)", "n.saturating_mul( 2)", "are not formatted"),
        (&card, "n * 2", "n.saturating_mul(2)", "(it overflows) breaks no rule, and should break"),
        (&card, "replace = \"n * 2\"", "replace = \"n *\"", "(it overflows) does not compile"),
        (&card, "find = \"n.saturating_mul(2)\"", "find = \"m\"", "the solution"),
        (&card, ", \"It is a product.\"", "", "it has 2 hints; 3 are wanted"),
        (&card, "minutes = 10", "minutes = 0", "no minutes"),
        (&card, "chapter = 1", "chapter = 2", "its chapter is 2"),
        (&rules, "fn nothing_stays", "fn naught_stays", "should break nothing_stays_nothing"),
        (chapter, "01_twice", "01_thrice", "chapter 1 does not name it"),
    ] {
        let workshop = Workshop::new();
        workshop.change(file, from, to);
        let said = workshop.run(&["verify", "twice"]);
        assert!(!said.ok && said.err.contains(problem), "{file}: {to}: {problem}: {said:?}");
    }
}

#[test]
fn update_makes_starters_of_solutions() {
    let workshop = Workshop::new();
    workshop.change(&format!("{FOLDER}/solution.rs"), "    // n\n", "    // n + 1 - 1\n");
    let said = workshop.run(&["verify", "1.1", "--update"]);
    assert!(workshop.read(&format!("{FOLDER}/src/lib.rs")).contains("    n + 1 - 1\n"), "{said:?}");
    let kept = workshop.read("exercises/.kept/01_numbers/01_twice.1.rs");
    assert!(kept.contains("    n\n"), "what stood there may be somebody's work");
}
