//! An instance's place in the network (`nova/network/model.py`).

use serde::{Deserialize, Serialize};

/// A network card of an instance, and what is known of the network behind it (`VIF`).
///
/// Nova hangs a whole tree here: network, subnets, routes, DNS servers. This is what the API shows
/// of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vif {
    /// The card's MAC address.
    pub address: String,
    /// The name of the network.
    pub label: String,
    /// The addresses that belong to the card.
    pub fixed_ips: Vec<FixedIp>,
}

/// An address (`FixedIP`, and `IP` where it floats).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedIp {
    /// The address itself.
    pub address: String,
    /// 4 or 6.
    pub version: u8,
    /// `fixed` if the network gave it, `floating` if it leads here from outside.
    #[serde(rename = "type")]
    pub kind: String,
}
