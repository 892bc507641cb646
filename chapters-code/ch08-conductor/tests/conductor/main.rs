//! The database and the conductor from outside: what they keep, what they refuse, and what
//! happens when many come at once.

#![cfg(test)]

mod api_rows;
mod build_timeout;
mod database;
mod hostile;
mod manager;
mod mirror;
mod races;
