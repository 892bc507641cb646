//! The scheduler from outside: each filter alone, one request and its hosts, the service, and
//! what its hops say.

#![cfg(test)]

mod choice;
mod cloud;
mod filters;
mod flow;
mod service;
