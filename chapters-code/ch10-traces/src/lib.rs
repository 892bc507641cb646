//! Seeing the flow
