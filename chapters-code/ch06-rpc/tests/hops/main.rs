//! What a subscriber sees of messages. These tests have a process of their own: `tracing` remembers
//! for all threads whether anybody listens.

#![cfg(test)]

mod hops;
#[expect(dead_code, reason = "the tests of the messages need more of it")]
#[path = "../rpc/manager.rs"]
mod manager;
