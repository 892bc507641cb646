//! The scheduler from outside: each filter alone, one request and its hosts, the service.

#![cfg(test)]

mod choice;
mod cloud;
mod fitness;
mod installed;
mod place;
mod resize;
mod room;
mod service;
mod weighers;
