//! What the exercises are checked with: a whole cloud, somebody who asks it, and rules.
//!
//! - [`House`]: a cloud with your piece in it, whose flows can be looked at.
//! - [`Answer`]: what its API said.
//! - [`rule`]: one thing that your piece has to do, what was expected and what came.

mod answer;
mod driver;
mod house;
mod meanwhile;
mod persons;
mod policies;
mod rule;

pub use answer::Answer;
pub use driver::{DriverOver, Over, fake_driver};
pub use house::{Booted, House, pasted};
pub use meanwhile::Meanwhile;
pub use policies::{policy_with, ruled};
pub use rule::{rule, rule_that};
