//! Which controller and method?
