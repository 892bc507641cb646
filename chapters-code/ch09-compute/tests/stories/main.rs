//! Stories of guests, told by the rows they leave behind.

#![cfg(test)]

mod actions;
mod build;
mod cloud;
mod console;
mod deleted;
mod life;
mod resize;
mod restart;
mod rewrite;
mod sync;
