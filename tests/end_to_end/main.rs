//! The whole cloud from outside: what its clients see, over HTTP.

mod actions;
#[cfg(test)]
mod boot;
#[cfg(test)]
mod client;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod edge;
mod flavors;
#[cfg(test)]
mod house;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod images;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod placement;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod resize;
mod trouble;
mod versions;
