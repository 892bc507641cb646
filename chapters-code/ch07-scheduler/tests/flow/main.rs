//! What the scheduler's hops say. These tests have a process of their own: `tracing` remembers for
//! all threads whether anybody listens.

#![cfg(test)]

#[expect(dead_code, reason = "the tests of the scheduler's answers need more of it")]
#[path = "../scheduler/cloud.rs"]
mod cloud;
mod hops;
