//! The whole cloud from outside: what its clients see, over HTTP.

mod actions;
mod boot;
mod client;
mod crowd;
mod edge;
mod flavors;
mod house;
mod lists;
mod refusals;
mod trouble;
mod versions;
