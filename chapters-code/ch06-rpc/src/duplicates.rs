//! A broker may deliver a message twice (`oslo_messaging/_drivers/amqp.py`, `_MsgIdCache`).

use std::collections::VecDeque;

/// How many ids are remembered.
const REMEMBERED: usize = 16;

/// The ids of the last messages.
#[derive(Debug, Default)]
pub(crate) struct MsgIdCache {
    seen: VecDeque<String>,
}

impl MsgIdCache {
    /// Was there a message of this id lately? From now on there was. One without an id is always new.
    pub(crate) fn is_duplicate(&mut self, unique_id: Option<&str>) -> bool {
        let Some(id) = unique_id else { return false };
        if self.seen.iter().any(|seen| seen == id) {
            return true;
        }
        if self.seen.len() == REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back(id.to_owned());
        false
    }
}
