//! An INI file becomes apps and filters
