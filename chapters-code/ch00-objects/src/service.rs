//! A service and its heartbeat (`nova/objects/service.py`, `nova/servicegroup/drivers/db.py`).

use crate::{DateTime, NovaObject};
use serde::{Deserialize, Serialize};

/// A process of Nova that reports that it is alive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// The row's number.
    pub id: i64,
    /// Where it runs (`[DEFAULT] host`).
    pub host: String,
    /// What it is: `nova-compute`.
    pub binary: String,
    /// The RPC topic it listens on.
    pub topic: String,
    /// How often it has reported.
    pub report_count: i64,
    /// Has an administrator taken it out of service?
    pub disabled: bool,
    /// Why.
    pub disabled_reason: Option<String>,
    /// Has an administrator declared it dead?
    pub forced_down: bool,
    /// When it last reported.
    pub last_seen_up: Option<DateTime>,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for Service {
    const NAME: &'static str = "Service";
    const VERSION: &'static str = "1.19";
    const KEY: &'static str = "id";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Service {
    /// A service that has not reported yet.
    pub fn new(host: &str, binary: &str, topic: &str) -> Self {
        Self {
            id: 0,
            host: host.into(),
            binary: binary.into(),
            topic: topic.into(),
            report_count: 0,
            disabled: false,
            disabled_reason: None,
            forced_down: false,
            last_seen_up: None,
            created_at: None,
            updated_at: None,
        }
    }

    /// Was it seen within `service_down_time` seconds of `now`, to either side?
    ///
    /// A clock that runs ahead counts as down too, as in Nova (`DbDriver.is_up`).
    // ANCHOR: is_up
    pub fn is_up(&self, now: DateTime, service_down_time: f64) -> bool {
        let last = self.last_seen_up.or(self.updated_at).or(self.created_at);
        !self.forced_down && last.is_some_and(|seen| seen.seconds_from(now) <= service_down_time)
    }
    // ANCHOR_END: is_up
}

#[cfg(test)]
mod tests {
    use super::Service;
    use crate::DateTime;

    #[test]
    fn a_service_is_up_while_its_last_report_is_near() {
        let now = DateTime::now();
        let mut service = Service::new("host-1", "nova-compute", "compute");
        assert!(!service.is_up(now, 60.0), "never seen");
        for (seconds, up) in [(0, true), (-60, true), (-61, false), (60, true), (61, false)] {
            service.last_seen_up = Some(now.plus_seconds(seconds));
            assert_eq!(service.is_up(now, 60.0), up, "{seconds}");
        }
        service.last_seen_up = Some(now);
        service.forced_down = true;
        assert!(!service.is_up(now, 60.0), "forced down");
    }
}
