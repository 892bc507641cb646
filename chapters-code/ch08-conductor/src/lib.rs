//! Why compute has no hand on the database
