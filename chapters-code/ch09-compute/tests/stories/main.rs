//! Stories of guests, told by the rows they leave behind.

mod build;
#[cfg(test)]
mod cloud;
mod life;
