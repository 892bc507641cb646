//! The runner, as participants and authors call it, on a small workshop of its own.

#![cfg(test)]

mod participant;
mod verify;
mod workshop;
