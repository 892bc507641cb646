//! A broker may deliver a message twice (`oslo_messaging/_drivers/amqp.py`, `_MsgIdCache`).

use std::{
    collections::{HashSet, VecDeque},
    hash::{BuildHasher, RandomState},
};

/// How many ids are remembered. Python remembers 16. But a broker that has lost a server notices
/// only after a while, and then delivers again all that the server did not acknowledge; by then
/// the server may be back, and have had thousands of others.
const REMEMBERED: usize = 4096;

/// The ids of the last messages, as hashes: of an id nothing matters but whether it was there.
#[derive(Debug, Default)]
pub(crate) struct MsgIdCache {
    hasher: RandomState,
    seen: HashSet<u64>,
    in_order: VecDeque<u64>,
}

impl MsgIdCache {
    /// Was there a message of this id lately? From now on there was. One without an id is always new.
    pub(crate) fn is_duplicate(&mut self, unique_id: Option<&str>) -> bool {
        let Some(id) = unique_id.map(|id| self.hasher.hash_one(id)) else { return false };
        if !self.seen.insert(id) {
            return true;
        }
        if self.in_order.len() == REMEMBERED
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        self.in_order.push_back(id);
        false
    }
}
