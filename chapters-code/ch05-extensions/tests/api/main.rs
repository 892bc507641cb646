//! The compute API from outside: requests go in, answers, rows and messages come out.

#[path = "../../examples/ch05/sockets.rs"]
mod sockets;

#[cfg(test)]
mod create;
#[cfg(test)]
mod extensions;
#[cfg(test)]
mod flavors;
#[cfg(test)]
mod house;
#[cfg(test)]
mod life;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod versions;
