//! Which version of the API?
