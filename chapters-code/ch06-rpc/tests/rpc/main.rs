//! Messages between services, on the transport of one process.

#[cfg(test)]
mod failures;
#[cfg(test)]
mod manager;
#[cfg(test)]
mod patterns;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod store;
#[cfg(test)]
mod wire;
