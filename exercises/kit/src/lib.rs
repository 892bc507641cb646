//! What the exercises are checked with: a whole cloud, somebody who asks it, and rules.
//!
//! - [`House`]: a cloud with your piece in it, whose flows can be looked at.
//! - [`Answer`]: what its API said.
//! - [`rule`]: one thing that your piece has to do, what was expected and what came.

mod answer;
mod house;
mod rule;

pub use answer::Answer;
pub use house::{Booted, House, pasted};
pub use rule::{rule, rule_that};
