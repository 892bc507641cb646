//! Leaving the process: call, cast, fanout
