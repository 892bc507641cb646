//! The schedules of a workshop: what is planned, with the minutes that chapters and exercises say
//! of themselves.

use std::fs;
use std::path::Path;

use workshop::Exercises;

use super::plan::{Day, Item, Plan, Plans};
use crate::markdown::Outline;
use crate::{Problem, Source};

/// Nobody sits longer than this, in minutes.
const STRETCH: u32 = 110;

/// A workshop, hour by hour.
#[derive(Debug)]
pub struct Schedule {
    /// `one-day`
    pub name: String,
    days: Vec<Vec<Row>>,
}

/// One line of it.
#[derive(Debug)]
struct Row {
    /// Minutes after midnight.
    from: u32,
    minutes: u32,
    what: String,
    /// The page to read, if there is one.
    page: Option<String>,
}

/// The schedules of `workshop.toml`, and why they cannot be kept; none if there is no such file.
pub fn all(source: &Source) -> (Vec<Schedule>, Vec<Problem>) {
    let file = source.root.join("workshop.toml");
    let Ok(text) = fs::read_to_string(&file) else { return (Vec::new(), Vec::new()) };
    let mut timetable = Timetable { source, exercises: None, file: &file, problems: Vec::new() };
    let plans: Plans = match toml::from_str(&text) {
        Ok(plans) => plans,
        Err(error) => {
            timetable.problem(error.message(), "mend the file");
            return (Vec::new(), timetable.problems);
        }
    };
    match Exercises::read(&source.root.join("../exercises")) {
        Ok(exercises) => timetable.exercises = Some(exercises),
        Err(error) => timetable.problem(&error.to_string(), "mend the exercise"),
    }
    let schedules = plans.schedule.iter().map(|plan| timetable.schedule(plan)).collect();
    (schedules, timetable.problems)
}

struct Timetable<'a> {
    source: &'a Source,
    exercises: Option<Exercises>,
    file: &'a Path,
    problems: Vec<Problem>,
}

impl Timetable<'_> {
    fn problem(&mut self, what: &str, right: &str) {
        self.problems.push(Problem::new(self.file, 1, what, right));
    }

    fn schedule(&mut self, plan: &Plan) -> Schedule {
        let schedule = Schedule { name: plan.name.clone(), days: Vec::new() };
        if !schedule.is_named_well() {
            let what = format!("{:?} is the name of a file", plan.name);
            self.problem(&what, "use letters, digits and hyphens");
        }
        let mut chapters = Vec::new();
        let days = plan.day.iter().map(|day| self.day(&plan.name, day, &mut chapters)).collect();
        Schedule { days, ..schedule }
    }

    /// One day. The chapters that were read so far are in `chapters`.
    fn day(&mut self, name: &str, day: &Day, chapters: &mut Vec<u32>) -> Vec<Row> {
        let (Some(begins), Some(ends)) = (minute(&day.begins), minute(&day.ends)) else {
            self.problem(&format!("{name}: no time of day"), "write it like 09:00");
            return Vec::new();
        };
        let (mut now, mut since_pause, mut rows) = (begins, 0_u32, Vec::new());
        for item in &day.plan {
            chapters.extend(item.chapter);
            let Some(row) = self.row(now, item) else {
                let right = "plan a `chapter`, an `exercise`, a `pause`, or `what` with `minutes`";
                self.problem(&format!("{name}: there is no {}", planned(item)), right);
                continue;
            };
            if let Some(exercise) = &item.exercise
                && !chapters.iter().any(|read| exercise.starts_with(&format!("{read}.")))
            {
                let what = format!("{name}: exercise {exercise} comes before its chapter");
                self.problem(&what, "plan the chapter first");
            }
            now = now.saturating_add(row.minutes);
            since_pause =
                if item.pause.is_some() { 0 } else { since_pause.saturating_add(row.minutes) };
            if since_pause > STRETCH {
                let what =
                    format!("{name}: {since_pause} minutes without a pause at {}", clock(now));
                self.problem(&what, &format!("at most {STRETCH}"));
            }
            rows.push(row);
        }
        match ends.checked_sub(now) {
            Some(minutes) => {
                let what = "The end, with so many minutes to spare".to_owned();
                rows.push(Row { from: now, minutes, what, page: None });
            }
            None => {
                let what = format!("{name}: a day until {} ends at {}", day.ends, clock(now));
                self.problem(&what, "leave something out");
            }
        }
        rows
    }

    /// What is planned, as a row; nothing if it cannot be found.
    fn row(&self, from: u32, item: &Item) -> Option<Row> {
        let what = item.what.clone();
        Some(match item {
            Item { chapter: Some(number), exercise: None, pause: None, minutes: None, .. } => {
                let (minutes, title, page) = self.chapter(*number)?;
                Row { from, minutes, what: format!("Chapter {number}: {title}"), page: Some(page) }
            }
            Item { exercise: Some(id), chapter: None, pause: None, minutes: None, .. } => {
                let card = &self.exercises.as_ref()?.find(id).ok()?.card;
                let what = format!("Exercise {id}: {}", card.title);
                Row { from, minutes: card.minutes, what, page: None }
            }
            Item { pause: Some(minutes), chapter: None, exercise: None, minutes: None, .. } => {
                let what = what.unwrap_or_else(|| "Pause".to_owned());
                Row { from, minutes: *minutes, what, page: None }
            }
            Item { minutes: Some(minutes), chapter: None, exercise: None, pause: None, .. } => {
                Row { from, minutes: *minutes, what: what?, page: None }
            }
            _ => return None,
        })
    }

    /// A chapter's minutes, as the comment at its top has them, its title, and its page.
    fn chapter(&self, number: u32) -> Option<(u32, String, String)> {
        let begins = format!("ch{number:02}-");
        let page = self.source.pages.iter().find(|page| page.name.starts_with(&begins))?;
        let comment = page.text.lines().next()?.strip_prefix("<!-- minutes: ")?;
        let minutes = comment.strip_suffix(" -->")?.parse().ok()?;
        let title = Outline::of(&page.text).headings.first()?.text.clone();
        Some((minutes, title, page.name.clone()))
    }
}

/// How a day is written.
struct Table {
    bold: &'static str,
    head: &'static str,
    line: fn(&Row) -> String,
}

impl Schedule {
    /// Is its name one for a file beside the others?
    pub(crate) fn is_named_well(&self) -> bool {
        self.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    }

    /// As tables of a page, one a day.
    pub fn markdown(&self) -> String {
        let head = "| from | minutes | |\n|---|---|---|\n";
        self.days(&Table { bold: "**", head, line: Row::markdown })
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let days = self.days(&Table { bold: "", head: "", line: Row::text });
        format!("{}\n\n{days}", self.name)
    }

    fn days(&self, table: &Table) -> String {
        let mut text = String::new();
        for (number, rows) in (1..).zip(&self.days) {
            if self.days.len() > 1 {
                text += &format!("{}Day {number}{}\n\n", table.bold, table.bold);
            }
            text += table.head;
            rows.iter().for_each(|row| text += &(table.line)(row));
            text += "\n";
        }
        text
    }
}

impl Row {
    fn markdown(&self) -> String {
        let what = match &self.page {
            Some(page) => format!("[{}]({page})", self.what),
            None => self.what.clone(),
        };
        let what = what.replace('|', "\\|");
        format!("| {} | {} | {what} |\n", clock(self.from), self.minutes)
    }

    fn text(&self) -> String {
        format!("  {}  {:>3} min  {}\n", clock(self.from), self.minutes, self.what)
    }
}

/// What cannot be found.
fn planned(item: &Item) -> String {
    match item {
        Item { exercise: Some(id), .. } => format!("exercise {id}"),
        Item { chapter: Some(number), .. } => format!("chapter {number} with minutes at its top"),
        _ => format!("time for {:?}", item.what.as_deref().unwrap_or_default()),
    }
}

/// `09:30` as minutes after midnight.
fn minute(clock: &str) -> Option<u32> {
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
