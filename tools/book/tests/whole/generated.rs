//! What is made of other things: schedules and indexes.

use crate::small_book::SmallBook;
use book::{Source, generated};

const CARD: &str = "title = \"Twice\"\nchapter = 1\nminutes = 10\nimplements = \"a function\"\n\
                    starter_fails = []\nhints = []\nwrong = []\n";

/// A book with a chapter of half an hour, an exercise, and that plan of a day of an hour.
fn planned(plan: &str) -> SmallBook {
    let day = format!(
        "name = \"day\"\n[[schedule.day]]\nbegins = \"09:00\"\nends = \"10:00\"\nplan = [\n{plan}\n]\n"
    );
    SmallBook::with(&[
        ("book/src/ch01-one.md", "<!-- minutes: 30 -->\n\n# One | two {#one}\n"),
        ("book/workshop.toml", &format!("[[schedule]]\n{day}")),
        ("exercises/01_one/01_twice/exercise.toml", CARD),
    ])
}

fn problems(book: &SmallBook) -> Vec<String> {
    let source = Source::load(&book.root()).unwrap();
    let (_, problems) = generated::schedule::all(&source);
    problems.iter().map(|problem| problem.what.clone()).collect()
}

#[test]
fn a_day_is_made_of_the_minutes_of_chapters_and_exercises() {
    let book = planned("{ chapter = 1 }, { pause = 5 }, { exercise = \"1.1\" }");
    let source = Source::load(&book.root()).unwrap();
    let (schedules, problems) = generated::schedule::all(&source);
    assert!(problems.is_empty(), "{problems:?}");
    let expected = "  09:00   30 min  Chapter 1: One | two\n  09:30    5 min  Pause\n  \
                    09:35   10 min  Exercise 1.1: Twice\n  \
                    09:45   15 min  The end, with so many minutes to spare\n";
    assert!(schedules[0].text().contains(expected), "{}", schedules[0].text());
}

#[test]
fn a_day_that_cannot_be_kept_is_a_problem() {
    for (plan, problem) in [
        ("{ chapter = 1 }, { what = \"talk\", minutes = 40 }", "a day until 10:00 ends at 10:10"),
        ("{ what = \"talk\", minutes = 111 }", "111 minutes without a pause at 10:51"),
        ("{ exercise = \"1.1\" }, { chapter = 1 }", "exercise 1.1 comes before its chapter"),
        ("{ exercise = \"1.2\" }", "there is no exercise 1.2"),
        ("{ chapter = 2 }", "there is no chapter 2 with minutes at its top"),
        ("{ what = \"talk\" }", "there is no time for \"talk\""),
        ("{ lunch = 60 }", "unknown field `lunch`"),
        ("{ pause = 4294967295 }, { pause = 9 }", "a day until 10:00 ends at"),
    ] {
        let found = problems(&planned(plan));
        assert!(found.iter().any(|found| found.contains(problem)), "{plan}: {found:?}");
    }
}

#[test]
fn a_schedule_stays_in_its_folder_and_a_title_in_its_cell() {
    let book = planned("{ chapter = 1 }");
    let source = Source::load(&book.root()).unwrap();
    let (generated, _) = generated::all(&source);
    let schedule = generated.iter().find(|one| one.file.ends_with("schedules/day.md")).unwrap();
    let row = r"| 09:00 | 30 | [Chapter 1: One \| two](ch01-one.md) |";
    assert!(schedule.text.contains(row), "{}", schedule.text);

    book.write("book/workshop.toml", "[[schedule]]\nname = \"../src/day\"\nday = []\n");
    assert_eq!(problems(&book), ["\"../src/day\" is the name of a file"]);
    generated::write(&Source::load(&book.root()).unwrap()).unwrap();
    assert!(!book.root().join("src/day.md").exists());
}

#[test]
fn what_is_stale_is_found_and_made_anew() {
    let book = planned("{ chapter = 1 }");
    let shows = "<!-- minutes: 30 -->\n\n# One {#one}\n\n## It runs {#runs}\n\n```rust\n\
                 {{#include ../../code.rs:main}}\n```\n";
    book.write("book/src/ch01-one.md", shows);
    book.write("book/src/ideas.md", "nothing yet");
    let source = Source::load(&book.root()).unwrap();
    let stale: Vec<_> = generated::check(&source).iter().map(|one| one.what.clone()).collect();
    assert_eq!(stale, ["it is stale", "it is stale"], "the index, and the schedule");

    assert_eq!(generated::write(&source).unwrap().len(), 2);
    let source = Source::load(&book.root()).unwrap();
    let ideas = source.pages.iter().find(|page| page.name == "ideas.md").unwrap();
    assert!(ideas.text.contains("| [It runs](ch01-one.md#runs) | `code.rs` |"), "{}", ideas.text);
    assert!(generated::check(&source).is_empty());
    assert_eq!(generated::write(&source).unwrap().len(), 0, "nothing is written in vain");
}
