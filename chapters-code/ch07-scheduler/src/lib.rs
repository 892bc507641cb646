//! Which host?
