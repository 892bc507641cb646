//! What a server costs, as a key of each server.

use nova_extensions::{
    ExtensionEntryPoint, V21ApiExtension,
    compute::server_keys::{ServerKey, key_since, server_keys},
    entry_point,
};
use serde_json::json;

/// What this package offers.
pub const EXTENSIONS: &[ExtensionEntryPoint] = &[SERVER_CREDITS];

/// Who may see what a server costs.
pub const RULE: &str = "os_compute_api:os-server-credits";

// SOLUTION
// ANCHOR: solution
const SERVER_CREDITS: ExtensionEntryPoint =
    entry_point("server_credits", "workshop.server_credits:ServerCredits", |plugs| {
        let shown = ["show", "detail"];
        let controller = server_keys(plugs, "ServerCreditsController", RULE, &shown, KEYS)?;
        Ok(V21ApiExtension::new("ServerCredits", "os-server-credits", "What a server costs.")
            .controller_extension("servers", controller))
    });

/// 4 for each CPU, and 1 for each 512 MiB.
const KEYS: &[ServerKey] = &[key_since(2, 19, "mini:credits", |instance| {
    json!(4 * instance.vcpus + instance.memory_mb / 512)
})];
// ANCHOR_END: solution
// STARTER
// const SERVER_CREDITS: ExtensionEntryPoint =
//     entry_point("server_credits", "workshop.server_credits:ServerCredits", |plugs| {
//         // It has a name, and brings nothing.
//         Ok(V21ApiExtension::new("ServerCredits", "os-server-credits", "What a server costs."))
//     });
//
// /// 4 for each CPU, and 1 for each 512 MiB.
// const KEYS: &[ServerKey] = &[];
// END
