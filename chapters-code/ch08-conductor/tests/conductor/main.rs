//! The database and the conductor from outside: what they keep, what they refuse, and what
//! happens when many come at once.
//!
//! All of it happens on SQLite, and with the feature `postgres` on PostgreSQL too, on the server
//! that `MINI_NOVA_TEST_POSTGRES` names. Without one that half is skipped, except in CI, where it
//! is a failure.

#![cfg(test)]

mod api_rows;
mod database;
mod databases;
#[cfg(feature = "postgres")]
mod faults;
mod hostile;
mod hosts;
mod manager;
mod mirror;
mod periodic_tasks;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
#[path = "../../../ch06-rpc/tests/amqp/proxy.rs"]
mod proxy;
mod races;
#[cfg(feature = "postgres")]
mod scratch;
