//! What it costs to see flows: requests and boots a second, with nobody watching, with flows
//! collected, and with a page open that asks for them.
//!
//! `cargo bench -p mini-nova --bench flows`; a number behind `--` is how many rounds. Each mode is
//! a cloud in a process of its own, for a process has one subscriber; this process asks them by
//! turns, a second each, so that what else the machine does meets all three.
//!
//! What that cannot even out, `instructions` behind `--` does: it counts them, with valgrind.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run says so")]

mod house;
mod instructions;

use house::House;
use std::{env, time::Duration};

/// How often somebody looks whether servers are ACTIVE.
const AGAIN: Duration = Duration::from_millis(25);

const MODES: [&str; 3] = ["off", "on", "page"];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    if let Some(mode) = MODES.into_iter().find(|mode| has(mode)) {
        house::serve(mode).await;
    } else if has("instructions") {
        instructions::count().await;
    } else {
        let rounds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(20);
        ask_by_turns(rounds).await;
    }
}

async fn ask_by_turns(rounds: usize) {
    let mut houses: Vec<House> = Vec::new();
    for mode in MODES {
        houses.push(House::start(house::program(mode), AGAIN).await);
    }
    let mut measured = MODES.map(|_| Measured::default());
    for _ in 0..rounds {
        for (house, measured) in houses.iter().zip(&mut measured) {
            measured.requests.push(house.requests_a_second().await);
            measured.boots.push(house.boots_a_second().await);
        }
    }
    report(&measured);
}

/// Of one mode, in each round.
#[derive(Default)]
struct Measured {
    requests: Vec<f64>,
    boots: Vec<f64>,
}

fn report(measured: &[Measured; 3]) {
    let off = &measured[0];
    println!("{:6}  {:>18}  {:>7}  {:>10}  {:>7}", "flows", "GET /servers/{id}", "", "boots", "");
    for (mode, this) in MODES.into_iter().zip(measured) {
        println!(
            "{mode:6}  {:>10.0} / sec  {:>6.1}%  {:>4.0} / sec  {:>6.1}%",
            median(&this.requests),
            paired(&this.requests, &off.requests) * 100.0,
            median(&this.boots),
            paired(&this.boots, &off.boots) * 100.0,
        );
    }
}

/// The median of the ratios, round by round: the machine is not the same in each.
fn paired(these: &[f64], those: &[f64]) -> f64 {
    median(&these.iter().zip(those).map(|(this, that)| this / that).collect::<Vec<_>>())
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
