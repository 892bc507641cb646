//! The book's builder from outside: small books, real commands, real sockets.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod command;
mod generated;
mod serve;
mod small_book;
