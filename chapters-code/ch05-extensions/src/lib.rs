//! Which resources exist? The API and compute.api
