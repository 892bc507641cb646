//! The small Keystone from outside: requests go in, answers come out. And how Nova asks one.

#[cfg(test)]
mod client;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod house;
#[cfg(test)]
mod identities;
#[cfg(test)]
mod login;
#[cfg(test)]
mod own;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod script;
#[cfg(test)]
mod together;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod versions;
