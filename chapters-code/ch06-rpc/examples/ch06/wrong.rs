//! What can go wrong, and who hears of it.

use crate::{
    SHORT,
    host::{self, Reboot},
};
use nova_objects::RequestContext;
use nova_rpc::{RpcClient, Target, Transport};
use std::{error::Error, sync::Arc};

pub(crate) async fn show(
    transport: &Arc<dyn Transport>,
    context: &RequestContext,
) -> Result<(), Box<dyn Error>> {
    let target = Target::topic(host::TOPIC).version("4.0");
    let client = RpcClient::new(Arc::clone(transport), target).timeout(SHORT);
    let host_3 = client.prepare().server("host-3");
    let newer = |version| client.prepare().version(version);
    for (what, client, method) in [
        ("cast to compute.host-3", &host_3, "reboot_instance"),
        ("call to compute.host-3", &host_3, "reboot_instance"),
        ("cast for an instance that is gone", &client, "reboot_instance"),
        ("call for an instance that is gone", &client, "reboot_instance"),
        ("call of a method that nobody has", &client, "paint_instance"),
        ("call of version 4.12", &newer("4.12"), "reboot_instance"),
        ("call of version 5.0", &newer("5.0"), "reboot_instance"),
        ("call to all", &client.prepare().fanout(), "reboot_instance"),
    ] {
        println!("{what}");
        let gone = Reboot { instance: "gone".into() };
        let outcome = match what.starts_with("cast") {
            true => client.cast(context, method, &gone).await,
            false => client.call(context, method, &gone).await,
        };
        match outcome {
            Ok(()) => println!("  nothing"),
            Err(error) if error.class == "MessagingTimeout" => println!("  {}", error.class),
            Err(error) => println!("  {}: {}", error.class, error.message),
        }
    }
    Ok(())
}
