//! What the exercises are checked with: a whole cloud, somebody who asks it, and rules.
//!
//! - [`House`]: a cloud with your piece in it, whose flows can be looked at.
//! - [`Answer`]: what its API said.
//! - [`rule()`]: one thing that your piece has to do, what was expected and what came.
//! - [`pasted`], [`ruled`]: a paste file and a policy in which your piece is named.
//! - [`DriverOver`]: a driver of which only a method or two are yours.
//! - [`Meanwhile`]: a store in which somebody is faster than you.

mod answer;
mod driver;
mod house;
mod meanwhile;
mod policies;
mod rule;

pub use answer::Answer;
pub use driver::{DriverOver, Over, fake_driver};
pub use house::{Booted, House, pasted};
pub use meanwhile::Meanwhile;
pub use policies::{policy_with, ruled};
pub use rule::{rule, rule_that};
