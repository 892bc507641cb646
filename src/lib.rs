//! mini-nova
