//! The filters: who asks, how big, what went wrong
